package io.chameleon.metrics;

/**
 * Steps, and what they took together.
 *
 * @param steps how many
 * @param engineNanos inside the engine
 * @param loopNanos in the loop around it, on the same thread
 */
public record StepTotals(long steps, double engineNanos, double loopNanos) {

  /** What came since an earlier reading. */
  public StepTotals since(StepTotals earlier) {
    return new StepTotals(
        steps - earlier.steps, engineNanos - earlier.engineNanos, loopNanos - earlier.loopNanos);
  }

  /** Mean time of a step in the engine, in ms. */
  public double engineMillis() {
    return engineNanos / steps / 1e6;
  }

  /** Mean time of the loop around a step, in ms. */
  public double loopMillis() {
    return loopNanos / steps / 1e6;
  }
}
