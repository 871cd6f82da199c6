package io.chameleon.scheduling;

/**
 * How large a step may be.
 *
 * @param maxBatchTokens most tokens fed in a step, over all sequences
 * @param maxSequences most sequences that run at once, at most {@code maxBatchTokens}, so that
 *     every decode row has its place in every step
 * @param prefillChunk most tokens of one sequence fed in a step
 * @param growthCells cells that a sequence is given at once when it outgrows its run
 * @param separatePasses whether a step is either prefill or decode, prefill first, as in S-LoRA;
 *     else both share it
 */
public record SchedulingLimits(
    int maxBatchTokens,
    int maxSequences,
    int prefillChunk,
    int growthCells,
    boolean separatePasses) {

  public SchedulingLimits {
    requirePositive("max-batch-tokens", maxBatchTokens);
    requirePositive("max-sequences", maxSequences);
    requirePositive("prefill-chunk", prefillChunk);
    requirePositive("output-reservation", growthCells);
    if (maxSequences > maxBatchTokens) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.max-sequences is %d; it must be at most max-batch-tokens, %d"
              .formatted(maxSequences, maxBatchTokens));
    }
  }

  /** Limits of steps that prefill and decode share. */
  public SchedulingLimits(int maxBatchTokens, int maxSequences, int prefillChunk, int growthCells) {
    this(maxBatchTokens, maxSequences, prefillChunk, growthCells, false);
  }

  private static void requirePositive(String property, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.%s is %d; it must be at least 1".formatted(property, value));
    }
  }
}
