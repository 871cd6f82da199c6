package io.chameleon.scheduling.chameleon;

/**
 * Values of requests of known weighted size, in the order in which they were measured. Bounded:
 * when more come than it holds, the oldest leave. For one thread.
 */
final class SampleWindow {

  /** What is done with each sample. */
  @FunctionalInterface
  interface Visitor {
    void visit(double size, double value);
  }

  private final double[] sizes;
  private final double[] values;
  private final long[] times;
  private int oldest;
  private int count;

  /** A window without samples that holds so many, at least 1. */
  SampleWindow(int capacity) {
    sizes = new double[capacity];
    values = new double[capacity];
    times = new long[capacity];
  }

  /** Takes a sample, measured now. */
  void add(double size, double value, long nowNanos) {
    if (count == sizes.length) {
      dropOldest();
    }
    int slot = (oldest + count) % sizes.length;
    sizes[slot] = size;
    values[slot] = value;
    times[slot] = nowNanos;
    count++;
  }

  /** Forgets what was measured more than so long ago. */
  void keepLast(long nanos, long nowNanos) {
    while (count > 0 && nowNanos - times[oldest] > nanos) {
      dropOldest();
    }
  }

  /**
   * How far back it reaches: so many nanoseconds, or to its oldest sample where there were too many
   * to keep; at least 1.
   */
  long spanNanos(long nanos, long nowNanos) {
    return Math.max(1, count < sizes.length ? nanos : nowNanos - times[oldest]);
  }

  /** Visits all, the oldest first. */
  void forEach(Visitor visitor) {
    for (int i = 0; i < count; i++) {
      int slot = (oldest + i) % sizes.length;
      visitor.visit(sizes[slot], values[slot]);
    }
  }

  private void dropOldest() {
    oldest = (oldest + 1) % sizes.length;
    count--;
  }
}
