package io.chameleon.engine.sampling;

import io.chameleon.request.SamplingParams;
import java.util.Map;
import java.util.Set;

/** Parameters with one or a few changes. */
final class Params {
  double temperature = 1;
  double topP = 1;
  int topK;
  double minP;
  double presence;
  double frequency;
  double repetition = 1;
  Map<Integer, Float> bias = Map.of();
  long seed = 1;
  int minTokens;
  boolean ignoreEos;
  Set<Integer> stopTokens = Set.of();
  int topLogprobs = -1;

  SamplingParams build() {
    return new SamplingParams(
        temperature,
        topP,
        topK,
        minP,
        presence,
        frequency,
        repetition,
        bias,
        seed,
        minTokens,
        ignoreEos,
        stopTokens,
        topLogprobs);
  }
}
