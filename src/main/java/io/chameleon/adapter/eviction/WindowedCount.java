package io.chameleon.adapter.eviction;

import java.util.Arrays;

/**
 * A count of the events of a sliding window, which slides in steps of a thirtieth of its length.
 * For one thread.
 */
final class WindowedCount {

  private static final int STEPS = 30;

  private final long stepNanos;
  private final int[] counts = new int[STEPS];
  private long newestStep;
  private int total;

  /**
   * A count of nothing.
   *
   * @param windowNanos length of the window, over 0
   */
  WindowedCount(long windowNanos) {
    this.stepNanos = Math.max(1, windowNanos / STEPS);
  }

  /** Counts an event. */
  void add(long nowNanos) {
    slideTo(nowNanos);
    counts[Math.floorMod(newestStep, STEPS)]++;
    total++;
  }

  /** Events in the window that ends at this time. */
  int at(long nowNanos) {
    slideTo(nowNanos);
    return total;
  }

  private void slideTo(long nowNanos) {
    long step = Math.floorDiv(nowNanos, stepNanos);
    if (total == 0) {
      // All slots are empty, so they may stand for any time, even one before 0.
      newestStep = step;
    } else if (step - newestStep >= STEPS) {
      Arrays.fill(counts, 0);
      total = 0;
      newestStep = step;
    }
    while (newestStep < step) {
      newestStep++;
      int slot = Math.floorMod(newestStep, STEPS);
      total -= counts[slot];
      counts[slot] = 0;
    }
  }
}
