package io.chameleon.scheduling.adaptive;

import java.util.Arrays;

/** The last so many values of something. For one thread. */
final class RecentSamples {

  private final double[] values;

  private long added;

  RecentSamples(int capacity) {
    this.values = new double[capacity];
  }

  void add(double value) {
    values[(int) (added++ % values.length)] = value;
  }

  /** How many there ever were. */
  long added() {
    return added;
  }

  /** Those that are kept, ascending. */
  double[] sorted() {
    double[] copy = Arrays.copyOf(values, (int) Math.min(added, values.length));
    Arrays.sort(copy);
    return copy;
  }
}
