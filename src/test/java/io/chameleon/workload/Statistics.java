package io.chameleon.workload;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Moments, quantiles and the chi-square test. */
final class Statistics {

  private Statistics() {}

  static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  /** Standard deviation ÷ mean. */
  static double variation(double[] values) {
    return Math.sqrt(covariance(values, values)) / mean(values);
  }

  static double correlation(double[] x, double[] y) {
    return covariance(x, y) / Math.sqrt(covariance(x, x) * covariance(y, y));
  }

  /** The value that this share of all is at or below. */
  static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  /** From one value to the next. */
  static double[] gaps(double[] values) {
    return IntStream.range(1, values.length).mapToDouble(k -> values[k] - values[k - 1]).toArray();
  }

  /**
   * How far counts are from expected ones: (chi-square - degrees of freedom) ÷ its standard
   * deviation, so that over 4 is next to impossible for draws by the expected law.
   */
  static double chiSquareDeviations(long[] counts, double[] weights) {
    double total = Arrays.stream(counts).sum();
    double sum = Arrays.stream(weights).sum();
    double chiSquare = 0;
    for (int k = 0; k < counts.length; k++) {
      double expected = total * weights[k] / sum;
      chiSquare += (counts[k] - expected) * (counts[k] - expected) / expected;
    }
    int freedom = counts.length - 1;
    return (chiSquare - freedom) / Math.sqrt(2.0 * freedom);
  }

  private static double covariance(double[] x, double[] y) {
    double meanX = mean(x);
    double meanY = mean(y);
    return IntStream.range(0, x.length)
        .mapToDouble(k -> (x[k] - meanX) * (y[k] - meanY))
        .average()
        .orElseThrow();
  }
}
