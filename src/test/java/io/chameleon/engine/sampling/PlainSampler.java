package io.chameleon.engine.sampling;

import io.chameleon.request.SamplingParams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The sampler as one would explain it: every step over the whole vocabulary, in doubles. */
final class PlainSampler {

  private PlainSampler() {}

  /** A token and its probability. */
  record Share(int token, double probability) {}

  /** The logits after suppression, bias and penalties. */
  static double[] adjusted(
      float[] logits,
      SamplingParams params,
      List<Integer> prompt,
      List<Integer> generated,
      Set<Integer> modelEndTokens) {
    double[] adjusted = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray();
    if (generated.size() < params.minTokens()) {
      params.stopTokens().forEach(token -> adjusted[token] = Double.NEGATIVE_INFINITY);
      if (!params.ignoreEos()) {
        modelEndTokens.forEach(token -> adjusted[token] = Double.NEGATIVE_INFINITY);
      }
    }
    params.logitBias().forEach((token, bias) -> adjusted[token] += bias);
    Set<Integer> seen = new HashSet<>(prompt);
    seen.addAll(generated);
    for (int token : seen) {
      double repetition = params.repetitionPenalty();
      adjusted[token] =
          adjusted[token] > 0 ? adjusted[token] / repetition : adjusted[token] * repetition;
    }
    for (int token : generated) {
      adjusted[token] -= params.frequencyPenalty();
    }
    for (int token : new HashSet<>(generated)) {
      adjusted[token] -= params.presencePenalty();
    }
    return adjusted;
  }

  /** The tokens that the filters leave, best first, with their probabilities. */
  static List<Share> shares(double[] adjusted, SamplingParams params) {
    double best = IntStream.range(0, adjusted.length).mapToDouble(i -> adjusted[i]).max().orElse(0);
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      double relative = Math.exp((adjusted[i] - best) / params.temperature());
      if (relative > 0 && relative >= params.minP()) {
        shares.add(new Share(i, relative));
      }
    }
    shares.sort(
        Comparator.comparingDouble((Share s) -> -adjusted[s.token()])
            .thenComparingInt(Share::token));
    if (params.topK() > 0 && params.topK() < shares.size()) {
      shares = shares.subList(0, params.topK());
    }
    shares = normalized(shares);
    List<Share> nucleus = new ArrayList<>();
    double sum = 0;
    for (Share share : shares) {
      if (sum >= params.topP() && params.topP() < 1) {
        break;
      }
      sum += share.probability();
      nucleus.add(share);
    }
    return normalized(nucleus);
  }

  private static List<Share> normalized(List<Share> shares) {
    double sum = shares.stream().mapToDouble(Share::probability).sum();
    return shares.stream().map(s -> new Share(s.token(), s.probability() / sum)).toList();
  }

  /** The token at a point of the distribution; tokens lie in the order of their ids or ranks. */
  static int draw(List<Share> shares, boolean byRank, double uniform) {
    List<Share> ordered = new ArrayList<>(shares);
    if (!byRank) {
      ordered.sort(Comparator.comparingInt(Share::token));
    }
    double sum = 0;
    for (Share share : ordered) {
      sum += share.probability();
      if (sum > uniform) {
        return share.token();
      }
    }
    return ordered.getLast().token();
  }
}
