package io.chameleon.memory;

import java.util.Optional;

/**
 * Where sequences get their KV cells. All methods are for the engine thread alone. Idle adapters
 * give way: an empty answer means that running sequences hold what is missing, and that nobody has
 * given way in vain, save for {@link #allocateNow}.
 */
public interface KvCells {

  /**
   * Takes a run of at least this many cells for a new sequence, or nothing if none can be made now.
   */
  Optional<OwnedCells> allocate(int cells);

  /**
   * The same while others run, where a device copies beside the steps: nothing, too, where such
   * copies would have to be waited for, or more moved than the steps until now allow. Adapters may
   * then have given way whose cells are of use only later.
   */
  default Optional<OwnedCells> allocateNow(int cells) {
    return allocate(cells);
  }

  /**
   * Lengthens a run, with its content.
   *
   * @param run longer afterwards if the answer is true, else as it was
   * @param usedCells how many of its first cells hold KV that must be kept
   * @param cells the least new length, longer than the run
   */
  boolean grow(OwnedCells run, int usedCells, int cells);

  /** Gives a run back. */
  void release(OwnedCells run);

  /** Cells of the arena, whoever holds them. */
  int arenaCells();

  /** Cells that could be had now, in as many runs as it takes, if all idle adapters left. */
  int reachable();

  /** The longest sequence that could be held, whatever its adapter. */
  int capacity();
}
