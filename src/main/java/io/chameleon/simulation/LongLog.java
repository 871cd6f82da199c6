package io.chameleon.simulation;

import java.util.Arrays;

/** Numbers in the order in which they came. For one thread. */
final class LongLog {

  private static final int FIRST_CAPACITY = 1024;

  private long[] values = new long[FIRST_CAPACITY];

  private int size;

  void add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  long[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
