package io.chameleon.engine.cuda;

import java.util.Arrays;

/** Ranges of a step's numbers that are still to be brought to the device. */
final class NumberRanges {

  private int[] firsts = new int[16];
  private int[] counts = new int[16];
  private int size;

  /** Adds one, or lengthens the one that begins there. */
  void add(int first, int count) {
    if (count <= 0) {
      return;
    }
    for (int i = 0; i < size; i++) {
      if (firsts[i] == first) {
        counts[i] = Math.max(counts[i], count);
        return;
      }
    }
    if (size == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    firsts[size] = first;
    counts[size++] = count;
  }

  int size() {
    return size;
  }

  /** The first number of a range. */
  int first(int range) {
    return firsts[range];
  }

  /** Numbers of a range. */
  int count(int range) {
    return counts[range];
  }

  void clear() {
    size = 0;
  }
}
