package io.chameleon.adapter.eviction;

/**
 * How long a load is expected to take: a log-normal distribution, which is positive and has a long
 * tail to the right as load times do.
 *
 * @param meanNanos mean, over 0
 * @param spread standard deviation over mean, over 0
 */
record LoadTime(double meanNanos, double spread) {

  /** The chance that a load takes longer, 0 to 1. */
  double chanceOver(double nanos) {
    double variance = Math.log1p(spread * spread);
    double median = meanNanos / Math.sqrt(1 + spread * spread);
    return 1 - normalCdf(Math.log(nanos / median) / Math.sqrt(variance));
  }

  /** Abramowitz and Stegun 26.2.17; its error is below 1e-7. */
  private static double normalCdf(double z) {
    double t = 1 / (1 + 0.2316419 * Math.abs(z));
    double series =
        t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    double upper = series * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
    return z < 0 ? upper : 1 - upper;
  }
}
