package io.chameleon.memory;

/**
 * A contiguous run of arena cells. A cell is the KV of one token for all layers.
 *
 * @param start index of the first cell, 0 or more
 * @param cells number of cells, at least 1
 */
public record CellRun(int start, int cells) {

  public CellRun {
    if (start < 0 || cells < 1) {
      throw new IllegalArgumentException("cell run of %d cells at %d".formatted(cells, start));
    }
  }

  /** Index of the cell after the last one. */
  public int end() {
    return start + cells;
  }
}
