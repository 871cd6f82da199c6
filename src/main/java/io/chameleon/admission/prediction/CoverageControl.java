package io.chameleon.admission.prediction;

/**
 * Finds the level at which quantiles cover the share of outputs that they are to cover, whatever
 * the outputs do: after each output the level rises by {@code rate · target} if it was longer than
 * predicted, and falls by {@code rate · (1 − target)} if it was shorter (adaptive conformal
 * inference, Gibbs and Candès, NeurIPS 2021). So of T outputs at most about {@code T · (1 − target)
 * + 1 / rate} are longer than predicted. An output of just the length predicted leaves the level:
 * where all are of one length, predictions would be cut below it to be wrong often enough. Written
 * by one thread, read by any.
 */
final class CoverageControl {

  private static final double MEASURED = 0.002;

  private final double target;

  private final double rate;

  private volatile double level;

  private volatile double covered;

  /**
   * @param target share of outputs to cover, over 0 and below 1
   * @param rate step of the level; 0 leaves it at the target
   */
  CoverageControl(double target, double rate) {
    this.target = target;
    this.rate = rate;
    this.level = target;
    this.covered = target;
  }

  /** Notes an output, and the prediction at the present level. */
  void observe(int tokens, int predicted) {
    double error = tokens > predicted ? 1 : 0;
    double before = covered;
    covered = before + MEASURED * (1 - error - before);
    if (tokens != predicted) {
      level = Math.clamp(level + rate * (target - 1 + error), 0, 1);
    }
  }

  /** The level to take quantiles at, 0 to 1; at 1 only the limit covers enough. */
  double level() {
    return level;
  }

  /** The share of outputs of late that were no longer than predicted; the target at first. */
  double covered() {
    return covered;
  }
}
