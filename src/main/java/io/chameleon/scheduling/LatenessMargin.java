package io.chameleon.scheduling;

import java.time.Duration;
import java.util.Arrays;

/**
 * By how much first tokens come later than was expected when their requests were let in: what 99 of
 * 100 of the latest have kept within, which needs no model of why estimates err. For the engine
 * thread alone.
 */
final class LatenessMargin {

  /** Share of first tokens that are to be within the margin. */
  static final double COVERAGE = 0.99;

  /**
   * What is older tells of a time that is over, such as the first moments of a rush; and a margin
   * that keeps nearly all out would not be measured any more.
   */
  static final Duration MEMORY = Duration.ofSeconds(30);

  /** Most requests that are looked back at. */
  private static final int CAPACITY = 256;

  private final long[] lateNanos = new long[CAPACITY];

  private final long[] times = new long[CAPACITY];

  private final long[] sorted = new long[CAPACITY];

  private int oldest;

  private int count;

  private boolean isStale;

  private long margin;

  /**
   * A first token has come, or can only come, so much later than was expected.
   *
   * @param late in nanoseconds, below 0 if it came earlier
   */
  void observed(long late, long nowNanos) {
    if (count == CAPACITY) {
      dropOldest();
    }
    int slot = (oldest + count) % CAPACITY;
    lateNanos[slot] = late;
    times[slot] = nowNanos;
    count++;
    isStale = true;
  }

  /** The margin, in nanoseconds, 0 or more. */
  long nanos(long nowNanos) {
    while (count > 0 && nowNanos - times[oldest] > MEMORY.toNanos()) {
      dropOldest();
    }
    if (isStale) {
      margin = count == 0 ? 0 : Math.max(0, quantile());
      isStale = false;
    }
    return margin;
  }

  private long quantile() {
    for (int i = 0; i < count; i++) {
      sorted[i] = lateNanos[(oldest + i) % CAPACITY];
    }
    Arrays.sort(sorted, 0, count);
    return sorted[(int) Math.ceil(COVERAGE * count) - 1];
  }

  private void dropOldest() {
    oldest = (oldest + 1) % CAPACITY;
    count--;
    isStale = true;
  }
}
