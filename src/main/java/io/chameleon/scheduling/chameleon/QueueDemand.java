package io.chameleon.scheduling.chameleon;

/**
 * What a size class asks of the machine, as measured since the last refresh.
 *
 * @param largestTokens S, the largest request in tokens: input, predicted output and adapter; 0 if
 *     there was none
 * @param meanSeconds D, expected time from admission to the end of a request, 0 or more
 * @param arrivalsPerSecond lambda, 0 or more
 */
record QueueDemand(long largestTokens, double meanSeconds, double arrivalsPerSecond) {

  QueueDemand {
    if (largestTokens < 0) {
      throw new IllegalArgumentException(
          "the largest request has %d tokens; it must be 0 or more".formatted(largestTokens));
    }
    requireFinite("the mean time is %s s", meanSeconds);
    requireFinite("the rate of arrivals is %s a second", arrivalsPerSecond);
  }

  /**
   * Tok_min, the tokens with which an M/M/1 queue keeps its mean time within the objective (paper,
   * section 4.3.3): {@code S * D * (1/SLO + lambda)}.
   *
   * @param sloSeconds the objective, over 0
   */
  double leastTokens(double sloSeconds) {
    return largestTokens * meanSeconds * (1 / sloSeconds + arrivalsPerSecond);
  }

  private static void requireFinite(String what, double value) {
    if (!(value >= 0 && value <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException((what + "; it must be 0 or more").formatted(value));
    }
  }
}
