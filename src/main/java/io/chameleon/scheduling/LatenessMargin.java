package io.chameleon.scheduling;

/**
 * By how much first tokens come later than was expected when their requests were let in: a margin
 * that 99 of 100 keep within. A request that comes later than the margin raises it, one within it
 * lowers it, in the proportion in which they are to be (Gibbs and Candès, 2021), so it needs no
 * model of why estimates err. For the engine thread alone.
 */
final class LatenessMargin {

  /** Share of first tokens that are to be within the margin. */
  static final double COVERAGE = 0.99;

  /** Of the mean error, that a step of the margin is. */
  private static final double STEP = 0.2;

  private static final double NEWEST = 0.05;

  /** A margin so wide that it keeps all out is not measured any more; so it shrinks by itself. */
  private static final double MEMORY_NANOS = 300e9;

  private double margin;

  private double meanError;

  private long lastNanos;

  private boolean isFirst = true;

  /**
   * A first token has come, or can only come, so much later than was expected.
   *
   * @param lateNanos below 0 if it came earlier
   */
  void observed(long lateNanos, long nowNanos) {
    shrink(nowNanos);
    double error = Math.abs((double) lateNanos);
    meanError = isFirst ? error : meanError + NEWEST * (error - meanError);
    isFirst = false;
    double step = STEP * meanError;
    margin =
        lateNanos > margin ? margin + step * COVERAGE : Math.max(0, margin - step * (1 - COVERAGE));
  }

  /** The margin, in nanoseconds, 0 or more. */
  long nanos(long nowNanos) {
    shrink(nowNanos);
    return (long) margin;
  }

  private void shrink(long nowNanos) {
    if (margin > 0) {
      margin *= Math.exp(-(nowNanos - lastNanos) / MEMORY_NANOS);
    }
    lastNanos = nowNanos;
  }
}
