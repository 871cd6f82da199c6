package io.chameleon.workload;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Draws numbers by weight. */
final class CumulativeWeights {

  private final double[] sums;

  /**
   * Sums up.
   *
   * @param weights of the numbers 0, 1 and so on; 0 or more each, over 0 together
   */
  CumulativeWeights(double[] weights) {
    sums = weights.clone();
    Arrays.parallelPrefix(sums, Double::sum);
    for (double weight : weights) {
      if (!(weight >= 0)) {
        throw new IllegalArgumentException(
            "a weight is %s; it must be 0 or more".formatted(weight));
      }
    }
    Numbers.checkPositive("the sum of weights", sums.length == 0 ? 0 : sums[sums.length - 1]);
  }

  /** A number whose weight is over 0. */
  int draw(RandomGenerator random) {
    double point = random.nextDouble() * sums[sums.length - 1];
    int low = 0;
    int high = sums.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sums[middle] > point) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
