package io.chameleon.scheduling.chameleon;

import java.time.Duration;
import java.util.Arrays;

/**
 * The sizes of the requests of a sliding window, from which classes are formed. Bounded: when more
 * come than it holds, the oldest leave early. For one thread.
 */
final class SizeWindow {

  /** Ten minutes of 27 requests a second; 256 KiB. */
  static final int CAPACITY = 16_384;

  private final long windowNanos;
  private final int minimum;
  private final double[] sizes;
  private final long[] times;
  private int oldest;
  private int count;

  /**
   * A window without sizes.
   *
   * @param window its length, over 0; the paper's T_refresh
   * @param minimum fewest sizes that classes may be formed from, at least 1
   * @param capacity most sizes held, at least {@code minimum}
   */
  SizeWindow(Duration window, int minimum, int capacity) {
    if (window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("the window is %s; it must be over 0".formatted(window));
    }
    if (minimum < 1 || minimum > capacity) {
      throw new IllegalArgumentException(
          "the minimum of sizes is %d; it must be 1 to %d".formatted(minimum, capacity));
    }
    this.windowNanos = window.toNanos();
    this.minimum = minimum;
    this.sizes = new double[capacity];
    this.times = new long[capacity];
  }

  /**
   * Takes the size of a request that has just come.
   *
   * @param nowNanos not before that of an earlier call
   */
  void add(double size, long nowNanos) {
    if (!Double.isFinite(size)) {
      throw new IllegalArgumentException("a size is %s; it must be finite".formatted(size));
    }
    if (count == sizes.length) {
      dropOldest();
    }
    int slot = (oldest + count) % sizes.length;
    sizes[slot] = size;
    times[slot] = nowNanos;
    count++;
  }

  /** Whether the window that ends now holds the sizes that classes take. */
  boolean isEnough(long nowNanos) {
    dropBefore(nowNanos);
    return count >= minimum;
  }

  /** The sizes of the window that ends now, ascending; a copy. */
  double[] sorted(long nowNanos) {
    dropBefore(nowNanos);
    double[] copy = new double[count];
    for (int i = 0; i < count; i++) {
      copy[i] = sizes[(oldest + i) % sizes.length];
    }
    Arrays.sort(copy);
    return copy;
  }

  private void dropBefore(long nowNanos) {
    while (count > 0 && nowNanos - times[oldest] > windowNanos) {
      dropOldest();
    }
  }

  private void dropOldest() {
    oldest = (oldest + 1) % sizes.length;
    count--;
  }
}
