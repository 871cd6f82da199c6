package io.chameleon.admission;

/**
 * How large a request is, as far as is known before it runs.
 *
 * @param promptTokens tokens of the prompt, at least 1
 * @param predictedOutputTokens tokens it is expected to generate, at least 1
 * @param adapterRank rank of its adapter, 0 without one
 * @param adapterCells memory of its adapter in token units, that is cells of the arena; 0 without
 *     one
 */
public record RequestSize(
    int promptTokens, int predictedOutputTokens, int adapterRank, int adapterCells) {

  public RequestSize {
    if (promptTokens < 1 || predictedOutputTokens < 1) {
      throw new IllegalArgumentException(
          "size of %d prompt and %d output tokens; each must be at least 1"
              .formatted(promptTokens, predictedOutputTokens));
    }
    if (adapterRank < 0 || adapterCells < 0) {
      throw new IllegalArgumentException(
          "size with an adapter of rank %d and %d cells; both must be at least 0"
              .formatted(adapterRank, adapterCells));
    }
  }

  /** The size of a request without an adapter. */
  public RequestSize(int promptTokens, int predictedOutputTokens) {
    this(promptTokens, predictedOutputTokens, 0, 0);
  }

  /** Prompt and predicted output together. */
  public int tokens() {
    return promptTokens + predictedOutputTokens;
  }

  /**
   * Prompt, predicted output and the memory of the adapter, in token units, as Chameleon's quotas
   * count them; at most {@link Integer#MAX_VALUE}.
   */
  public int footprint() {
    return (int) Math.min(Integer.MAX_VALUE, (long) tokens() + adapterCells);
  }
}
