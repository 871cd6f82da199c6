package io.chameleon.memory;

import java.util.Optional;

/**
 * Where sequences get their KV cells. All methods are for the engine thread alone. Idle adapters
 * give way: an empty answer means that running sequences hold what is missing.
 */
public interface KvCells {

  /**
   * Takes a run of at least this many cells for a new sequence, or nothing if none can be made now.
   */
  Optional<CellRun> allocate(int cells);

  /**
   * Lengthens a run, in place if the next cells are free, else by moving it with its content.
   *
   * @param run the run as it is; given up if the answer is not empty
   * @param usedCells how many of its first cells hold KV that must be kept
   * @param cells the least new length, longer than the run
   */
  Optional<CellRun> grow(CellRun run, int usedCells, int cells);

  /** Gives a run back. */
  void release(CellRun run);

  /** The longest sequence that could ever be held: all cells of the arena. */
  int capacity();
}
