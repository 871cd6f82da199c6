package io.chameleon.workload;

import java.util.Arrays;

/** The inverse of a distribution function, linear between knots. */
final class QuantileFunction {

  private final double[] percents;
  private final double[] values;

  private QuantileFunction(double[] percents, double[] values) {
    this.percents = percents;
    this.values = values;
  }

  /**
   * The function through knots.
   *
   * @param percentsAndValues percent, value, percent, value and so on; percents ascend from 0 to
   *     100, and values do not fall
   */
  static QuantileFunction through(double... percentsAndValues) {
    int knots = percentsAndValues.length / 2;
    double[] percents = new double[knots];
    double[] values = new double[knots];
    for (int k = 0; k < knots; k++) {
      percents[k] = percentsAndValues[2 * k];
      values[k] = percentsAndValues[2 * k + 1];
      if (k > 0 && !(percents[k] > percents[k - 1] && values[k] >= values[k - 1])) {
        throw new IllegalArgumentException(
            "knot %d at %s %% is not after the one before".formatted(k, percents[k]));
      }
    }
    if (knots < 2 || percents[0] != 0 || percents[knots - 1] != 100) {
      throw new IllegalArgumentException(
          "%d knots; they must go from 0 to 100 %%".formatted(knots));
    }
    return new QuantileFunction(percents, values);
  }

  /** The value below which this share of all lies, 0 to 1. */
  double at(double share) {
    double percent = share * 100;
    int found = Arrays.binarySearch(percents, percent);
    if (found >= 0) {
      return values[found];
    }
    int upper = Math.clamp(-found - 1, 1, percents.length - 1);
    double part = (percent - percents[upper - 1]) / (percents[upper] - percents[upper - 1]);
    return values[upper - 1] + part * (values[upper] - values[upper - 1]);
  }
}
