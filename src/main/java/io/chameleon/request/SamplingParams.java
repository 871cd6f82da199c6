package io.chameleon.request;

import java.util.Map;
import java.util.Set;

/**
 * How the next token is chosen. Names, ranges and neutral values are those of the OpenAI API and of
 * vLLM's extensions.
 *
 * @param temperature 0 (greedy) to 2
 * @param topP nucleus, in (0, 1]; 1 is off
 * @param topK number of candidates; 0 is off
 * @param minP least probability relative to the best, in [0, 1]; 0 is off
 * @param presencePenalty −2 to 2, over generated tokens
 * @param frequencyPenalty −2 to 2, over generated tokens
 * @param repetitionPenalty over 0, over prompt and generated tokens; 1 is off
 * @param logitBias added to the logits of these tokens, −100 to 100 each
 * @param seed start of the sequence's own random stream
 * @param minTokens no end-of-sequence or stop token before this many tokens
 * @param ignoreEos whether the model's end-of-sequence tokens are ordinary tokens
 * @param stopTokens further tokens that end the sequence
 * @param topLogprobs how many of the most likely tokens to report, 0 to 20; −1 reports no
 *     log-probability at all
 */
public record SamplingParams(
    double temperature,
    double topP,
    int topK,
    double minP,
    double presencePenalty,
    double frequencyPenalty,
    double repetitionPenalty,
    Map<Integer, Float> logitBias,
    long seed,
    int minTokens,
    boolean ignoreEos,
    Set<Integer> stopTokens,
    int topLogprobs) {

  /** The largest number of alternatives a request may ask for. */
  public static final int MAX_TOP_LOGPROBS = 20;

  public SamplingParams {
    require(temperature >= 0 && temperature <= 2, "temperature", temperature, "0 to 2");
    require(topP > 0 && topP <= 1, "top_p", topP, "over 0, at most 1");
    require(topK >= 0, "top_k", topK, "0 (off) or more");
    require(minP >= 0 && minP <= 1, "min_p", minP, "0 to 1");
    require(Math.abs(presencePenalty) <= 2, "presence_penalty", presencePenalty, "-2 to 2");
    require(Math.abs(frequencyPenalty) <= 2, "frequency_penalty", frequencyPenalty, "-2 to 2");
    require(
        repetitionPenalty > 0 && repetitionPenalty < Double.POSITIVE_INFINITY,
        "repetition_penalty",
        repetitionPenalty,
        "over 0 and finite");
    require(minTokens >= 0, "min_tokens", minTokens, "0 or more");
    require(
        topLogprobs >= -1 && topLogprobs <= MAX_TOP_LOGPROBS,
        "top_logprobs",
        topLogprobs,
        "0 to " + MAX_TOP_LOGPROBS);
    logitBias = Map.copyOf(logitBias);
    stopTokens = Set.copyOf(stopTokens);
  }

  /** The most likely token each time, until end of sequence. */
  public static SamplingParams greedy() {
    return new SamplingParams(0, 1, 0, 0, 0, 0, 1, Map.of(), 0, 0, false, Set.of(), -1);
  }

  /** Whether log-probabilities are reported. */
  public boolean wantsLogprobs() {
    return topLogprobs >= 0;
  }

  private static void require(boolean valid, String name, Number value, String range) {
    if (!valid) {
      throw new InvalidRequestException(
          name, "%s is %s; it must be %s".formatted(name, value, range));
    }
  }
}
