package io.chameleon.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How long cases took.
 *
 * @param nanos all times of each case
 */
record Timings(Map<String, List<Long>> nanos) {

  /** The median, in milliseconds. */
  double millis(String name) {
    List<Long> times = nanos.get(name);
    if (times == null || times.isEmpty()) {
      throw new IllegalArgumentException("nothing was timed under the name " + name);
    }
    return median(times.stream().mapToDouble(Long::doubleValue).toArray()) / 1e6;
  }

  /** The median, in seconds. */
  double seconds(String name) {
    return millis(name) / 1e3;
  }

  /**
   * The smallest number that is no smaller than this share of all: the nearest-rank percentile.
   *
   * @param share over 0 and up to 1
   */
  static double percentile(double share, double... numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  /** The mean. */
  static double mean(double... numbers) {
    return Arrays.stream(numbers).sum() / numbers.length;
  }

  /** The middle number, or the mean of the two in the middle. */
  static double median(double... numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
