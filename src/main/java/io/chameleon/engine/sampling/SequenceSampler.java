package io.chameleon.engine.sampling;

import io.chameleon.engine.SampledToken;
import io.chameleon.engine.sampling.TokenCounts.Penalties;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.TokenLogprob;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the tokens of one sequence: its parameters, its random stream, its token counts. Used by
 * one thread at a time.
 *
 * <p>The order is vLLM's: end tokens suppressed up to min_tokens, logit bias, repetition, frequency
 * and presence penalty; then greedy, or temperature, min-p, top-k, top-p and the draw. Greedy takes
 * the lowest id among equals, top-k keeps exactly k, the lower ids among equals. Log-probabilities
 * are those of the logits as they came.
 *
 * @see <a href="https://docs.vllm.ai/en/latest/api/vllm/v1/sample/sampler.html">vLLM's sampler</a>
 */
public final class SequenceSampler implements TokenSampler {

  /** Below this temperature a draw is the best token anyway, and divisions would overflow. */
  private static final double GREEDY_BELOW = 1e-5;

  /** One for each thread, not each sequence: it is as large as the vocabulary. */
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** Arrays that a choice needs, used again and again. */
  private static final class Scratch {
    private float[] logits = new float[0];
    private final Candidates candidates = new Candidates();

    float[] copy(float[] from, int offset, int length) {
      if (logits.length < length) {
        logits = new float[length];
      }
      System.arraycopy(from, offset, logits, 0, length);
      return logits;
    }
  }

  private final SamplingParams params;
  private final Penalties penalties;
  private final int[] endTokens;
  private final RandomStream random;
  private final @Nullable TokenCounts counts;
  private int generated;

  /**
   * A sampler that needs to know nothing of its sequence.
   *
   * @throws IllegalArgumentException if the parameters need the prompt or the model's end tokens
   */
  public SequenceSampler(SamplingParams params) {
    this(params, new int[0], Set.of());
    if (params.repetitionPenalty() != 1 || params.minTokens() > 0) {
      throw new IllegalArgumentException(
          "repetition_penalty %s needs the prompt and min_tokens %d the end tokens"
              .formatted(params.repetitionPenalty(), params.minTokens()));
    }
  }

  /** A sampler at the beginning of an answer; parameters as below. */
  public SequenceSampler(SamplingParams params, int[] promptTokens, Set<Integer> modelEndTokens) {
    this(params, promptTokens, modelEndTokens, new int[0]);
  }

  /**
   * A sampler that goes on with an answer: it chooses as the one would that chose what is there.
   *
   * @param modelEndTokens the model's end-of-sequence tokens, which count unless ignoreEos is set
   * @param generatedTokens the answer so far
   */
  public SequenceSampler(
      SamplingParams params,
      int[] promptTokens,
      Set<Integer> modelEndTokens,
      int[] generatedTokens) {
    this.params = params;
    penalties =
        new Penalties(
            (float) params.repetitionPenalty(),
            (float) params.frequencyPenalty(),
            (float) params.presencePenalty());
    random = new RandomStream(params.seed());
    Set<Integer> ends = new HashSet<>(params.stopTokens());
    if (!params.ignoreEos()) {
      ends.addAll(modelEndTokens);
    }
    endTokens = ends.stream().mapToInt(Integer::intValue).sorted().toArray();
    generated = generatedTokens.length;
    counts = penalties.areNeutral() ? null : count(promptTokens, generatedTokens);
  }

  private static TokenCounts count(int[] promptTokens, int[] generatedTokens) {
    TokenCounts counts = new TokenCounts(promptTokens.length + generatedTokens.length);
    for (int token : promptTokens) {
      counts.add(token, 0);
    }
    for (int token : generatedTokens) {
      counts.add(token, 1);
    }
    return counts;
  }

  /** Whether a token ends the sequence. */
  public boolean isEndToken(int token) {
    return Arrays.binarySearch(endTokens, token) >= 0;
  }

  /**
   * Chooses the next token.
   *
   * @param logits of all rows of a step, row after row; not changed
   * @param offset index of this row's first logit
   * @param vocabularySize number of logits of a row
   * @throws SamplingException if a logit is NaN or positive infinity, or none is left to choose;
   *     the sampler is as before
   */
  @Override
  public SampledToken next(float[] logits, int offset, int vocabularySize) {
    int best = best(logits, offset, vocabularySize);
    boolean greedy = params.temperature() < GREEDY_BELOW;
    int token =
        greedy && !adjusts() ? best : chooseOther(logits, offset, vocabularySize, best, greedy);
    float logprob = 0;
    List<TokenLogprob> top = List.of();
    if (params.wantsLogprobs()) {
      LogSoftmax softmax = new LogSoftmax(logits, offset, vocabularySize, logits[offset + best]);
      logprob = softmax.of(token);
      top = softmax.top(params.topLogprobs());
    }
    generated++;
    if (counts != null) {
      counts.add(token, 1);
    }
    return new SampledToken(token, logprob, top);
  }

  @Override
  public @Nullable DeviceDraw draw(int vocabularySize) {
    return drawAt(generated, vocabularySize);
  }

  @Override
  public @Nullable DeviceDraw drawAhead(int vocabularySize) {
    return counts == null ? drawAt(generated + 1, vocabularySize) : null;
  }

  private @Nullable DeviceDraw drawAt(int index, int vocabularySize) {
    if (params.topLogprobs() > 0) {
      return null;
    }
    Map<Integer, Float> bias = suppressed(index, vocabularySize);
    if (!bias.isEmpty()
        && bias.keySet().stream().anyMatch(token -> token < 0 || token >= vocabularySize)) {
      return null;
    }
    return new DeviceDraw(
        random.at(index),
        params.temperature() < GREEDY_BELOW ? 0 : params.temperature(),
        params.topK(),
        params.topP(),
        params.minP() > 0 ? Math.log(params.minP()) : Double.NEGATIVE_INFINITY,
        listed(bias),
        counts == null ? DeviceDraw.Listed.NONE : counts.listed(vocabularySize),
        penalties.repetition(),
        penalties.frequency(),
        penalties.presence(),
        params.wantsLogprobs());
  }

  /** The bias of a token, and minus infinity for end tokens that may not come yet. */
  private Map<Integer, Float> suppressed(int index, int vocabularySize) {
    if (!suppressesEnd(index)) {
      return params.logitBias();
    }
    Map<Integer, Float> bias = new HashMap<>(params.logitBias());
    for (int token : endTokens) {
      if (token >= 0 && token < vocabularySize) {
        bias.put(token, Float.NEGATIVE_INFINITY);
      }
    }
    return bias;
  }

  private static DeviceDraw.Listed listed(Map<Integer, Float> bias) {
    if (bias.isEmpty()) {
      return DeviceDraw.Listed.NONE;
    }
    List<Map.Entry<Integer, Float>> entries =
        bias.entrySet().stream().sorted(Map.Entry.comparingByKey()).toList();
    int[] tokens = entries.stream().mapToInt(Map.Entry::getKey).toArray();
    int[] bits =
        entries.stream().mapToInt(entry -> Float.floatToRawIntBits(entry.getValue())).toArray();
    return new DeviceDraw.Listed(tokens, bits);
  }

  @Override
  public SampledToken chosen(int token, float logprob) {
    generated++;
    if (counts != null) {
      counts.add(token, 1);
    }
    return new SampledToken(token, logprob, List.of());
  }

  /** Whether logits change before the best is taken. */
  private boolean adjusts() {
    return counts != null || !params.logitBias().isEmpty() || suppressesEnd(generated);
  }

  private boolean suppressesEnd(int index) {
    return index < params.minTokens() && endTokens.length > 0;
  }

  private int chooseOther(
      float[] logits, int offset, int vocabularySize, int rawBest, boolean greedy) {
    Scratch scratch = SCRATCH.get();
    float[] row = scratch.copy(logits, offset, vocabularySize);
    int best = rawBest;
    if (adjusts()) {
      adjust(row, vocabularySize);
      best = best(row, 0, vocabularySize);
    }
    if (greedy) {
      return best;
    }
    Candidates candidates = scratch.candidates;
    candidates.reset(row, vocabularySize, row[best], params.temperature(), params.minP());
    double uniform = random.at(generated);
    return params.topK() > 0 || params.topP() < 1
        ? candidates.draw(params.topK(), params.topP(), uniform)
        : candidates.draw(uniform);
  }

  private void adjust(float[] row, int vocabularySize) {
    if (suppressesEnd(generated)) {
      for (int token : endTokens) {
        if (token >= 0 && token < vocabularySize) {
          row[token] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    for (Map.Entry<Integer, Float> bias : params.logitBias().entrySet()) {
      int token = bias.getKey();
      if (token < 0 || token >= vocabularySize) {
        throw new SamplingException(
            "logit_bias for token %d; token ids are 0 to %d".formatted(token, vocabularySize - 1));
      }
      row[token] += bias.getValue();
    }
    if (counts != null) {
      counts.penalize(row, vocabularySize, penalties);
    }
  }

  /** The token of the largest logit, the lowest id among equals. */
  private static int best(float[] logits, int offset, int vocabularySize) {
    int best = offset;
    float largest = Float.NEGATIVE_INFINITY;
    boolean nan = false;
    for (int i = offset; i < offset + vocabularySize; i++) {
      float logit = logits[i];
      nan |= Float.isNaN(logit);
      if (logit > largest) {
        largest = logit;
        best = i;
      }
    }
    if (nan || Float.isInfinite(largest)) {
      throw new SamplingException(
          nan
              ? "a logit is NaN; logits must be numbers"
              : "the largest of %d logits is %s; it must be finite"
                  .formatted(vocabularySize, largest));
    }
    return best - offset;
  }
}
