package io.chameleon.memory;

/** Moves and clears the content of arena cells on the device. */
public interface CellMover {

  /**
   * Copies the first cells of one run to the start of another; the runs may overlap.
   *
   * @param cells how many cells; both runs have at least as many
   */
  void move(CellRun from, CellRun to, int cells);

  /** Fills a run with zeros. */
  void clear(CellRun run);
}
