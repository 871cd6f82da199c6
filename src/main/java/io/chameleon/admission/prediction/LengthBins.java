package io.chameleon.admission.prediction;

/**
 * A division of lengths into bins: one for each length below 16, and from there on eight to each
 * doubling, so that a bin is never wider than an eighth of its lengths. The last one has all
 * lengths from about two million on.
 */
final class LengthBins {

  /** Number of bins; bin 0 is that of length 0. */
  static final int COUNT = 152;

  private static final int EXACT = 16;

  private static final int EXACT_BITS = 4;

  private static final int STEP_BITS = 3;

  private static final int STEPS = 1 << STEP_BITS;

  private LengthBins() {}

  /** The bin of a length, 0 or more. */
  static int of(int length) {
    if (length < EXACT) {
      return length;
    }
    int doubling = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(length);
    int step = (length >>> (doubling - STEP_BITS)) & (STEPS - 1);
    return Math.min(COUNT - 1, EXACT + (doubling - EXACT_BITS) * STEPS + step);
  }

  /** The least length of a bin. */
  static int lowest(int bin) {
    if (bin < EXACT) {
      return bin;
    }
    int doubling = (bin - EXACT) / STEPS + EXACT_BITS;
    int step = (bin - EXACT) % STEPS;
    return (STEPS + step) << (doubling - STEP_BITS);
  }

  /** The greatest length of a bin. */
  static int highest(int bin) {
    return bin == COUNT - 1 ? Integer.MAX_VALUE : lowest(bin + 1) - 1;
  }
}
