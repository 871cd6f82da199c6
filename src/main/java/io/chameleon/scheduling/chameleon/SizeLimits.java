package io.chameleon.scheduling.chameleon;

/**
 * What the parts of a request's size are divided by. The paper does not say whether these are
 * configured or observed; they are configured, so that a size means the same at any time.
 *
 * @param maxInputTokens prompt tokens that count as 1, at least 1; a longer prompt counts more
 * @param maxOutputTokens output tokens that count as 1, at least 1
 * @param maxRank adapter rank that counts as 1, at least 1
 * @param rankFloor rank that requests without an adapter, and those of a smaller rank, are taken to
 *     have, 1 to {@code maxRank}; the paper's formula would give them all the size 0
 */
record SizeLimits(int maxInputTokens, int maxOutputTokens, int maxRank, int rankFloor) {

  SizeLimits {
    requirePositive("max-input-tokens", maxInputTokens);
    requirePositive("max-output-tokens", maxOutputTokens);
    requirePositive("max-rank", maxRank);
    requirePositive("rank-floor", rankFloor);
    if (rankFloor > maxRank) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.chameleon.rank-floor is %d; it must be at most max-rank, %d"
              .formatted(rankFloor, maxRank));
    }
  }

  private static void requirePositive(String property, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.chameleon.%s is %d; it must be at least 1"
              .formatted(property, value));
    }
  }
}
