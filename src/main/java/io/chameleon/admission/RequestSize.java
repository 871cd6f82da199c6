package io.chameleon.admission;

/**
 * How large a request is, as far as is known before it runs.
 *
 * @param promptTokens tokens of the prompt, at least 1
 * @param predictedOutputTokens tokens it is expected to generate, at least 1
 */
public record RequestSize(int promptTokens, int predictedOutputTokens) {

  public RequestSize {
    if (promptTokens < 1 || predictedOutputTokens < 1) {
      throw new IllegalArgumentException(
          "size of %d prompt and %d output tokens; each must be at least 1"
              .formatted(promptTokens, predictedOutputTokens));
    }
  }

  /** Prompt and predicted output together. */
  public int tokens() {
    return promptTokens + predictedOutputTokens;
  }
}
