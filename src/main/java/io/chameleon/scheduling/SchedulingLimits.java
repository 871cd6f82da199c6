package io.chameleon.scheduling;

/**
 * How large a step may be.
 *
 * @param maxBatchTokens most tokens fed in a step, over all sequences
 * @param maxSequences most sequences that run at once, at most {@code maxBatchTokens}, so that
 *     every decode row has its place in every step
 * @param prefillChunk most tokens of one sequence fed in a step
 * @param growthCells cells that a sequence is given at once when it outgrows its run
 */
public record SchedulingLimits(
    int maxBatchTokens, int maxSequences, int prefillChunk, int growthCells) {

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

  private static void requirePositive(String property, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.%s is %d; it must be at least 1".formatted(property, value));
    }
  }
}
