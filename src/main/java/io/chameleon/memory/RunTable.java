package io.chameleon.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs of cells in the order of their starts, none overlapping another. They lie in arrays, so that
 * entering and removing one allocates nothing; the runs behind it move up, of which there are
 * hundreds at most. For one thread.
 */
final class RunTable {

  private static final int FIRST_CAPACITY = 64;

  private int[] starts = new int[FIRST_CAPACITY];
  private int[] cells = new int[FIRST_CAPACITY];
  private @Nullable CellUse[] uses = new @Nullable CellUse[FIRST_CAPACITY];
  private int size;

  /** How many runs. */
  int size() {
    return size;
  }

  /** First cell of a run. */
  int start(int index) {
    return starts[index];
  }

  /** Number of cells of a run. */
  int cells(int index) {
    return cells[index];
  }

  /** The cell after the last one of a run. */
  int end(int index) {
    return starts[index] + cells[index];
  }

  /** What a run is used for, or null if it is free. */
  @Nullable CellUse use(int index) {
    return uses[index];
  }

  /** Index of the run that starts at this cell, or -1. */
  int at(int start) {
    return Math.max(-1, search(start));
  }

  /** Index of the last run that starts at this cell or before it, or -1. */
  int upTo(int start) {
    int found = search(start);
    return found >= 0 ? found : -found - 2;
  }

  /** Enters a run, or changes the one that starts there. */
  void put(int start, int count, @Nullable CellUse use) {
    int found = search(start);
    int index = found >= 0 ? found : insert(-found - 1);
    starts[index] = start;
    cells[index] = count;
    uses[index] = use;
  }

  /** Removes a run. */
  void remove(int index) {
    size--;
    shift(index + 1, index, size - index);
    uses[size] = null;
  }

  private int insert(int index) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      cells = Arrays.copyOf(cells, 2 * size);
      uses = Arrays.copyOf(uses, 2 * size);
    }
    shift(index, index + 1, size - index);
    size++;
    return index;
  }

  private void shift(int from, int to, int count) {
    System.arraycopy(starts, from, starts, to, count);
    System.arraycopy(cells, from, cells, to, count);
    System.arraycopy(uses, from, uses, to, count);
  }

  private int search(int start) {
    return Arrays.binarySearch(starts, 0, size, start);
  }
}
