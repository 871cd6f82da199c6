package io.chameleon.adapter;

/**
 * Consecutive rows of a window.
 *
 * @param first index of the first row
 * @param count number of rows, at least 1
 */
public record RowRange(int first, int count) {

  public RowRange {
    if (first < 0 || count < 1) {
      throw new IllegalArgumentException("%d window rows at %d".formatted(count, first));
    }
  }

  /** Index of the row after the last one. */
  public int end() {
    return first + count;
  }
}
