package io.chameleon.adapter.pool;

import io.chameleon.adapter.eviction.EvictionReason;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.Optional;

/**
 * Cells for whoever needs them, for which idle adapters leave. Uploads that are in the way are
 * waited for where who runs would else have to stop. For the engine thread alone.
 */
final class ArenaRoom {

  /** More than so many times what is wanted is not moved for it while idle adapters could leave. */
  private static final int MOST_MOVED = 2;

  /** To move one part in so many of the arena is little, whatever is wanted. */
  private static final int LITTLE = 64;

  /** Cells that would have to move where that cannot be, as {@link CellSpace#cellsToMove} says. */
  private static final int NEVER = Integer.MAX_VALUE;

  /** So many leave at most beyond those that must, for one who waits for cells. */
  private static final int MOST_MORE = 8;

  /** Those who start beside others have so many together, in as many steps. */
  private static final int STEPS = 8;

  private final CellSpace space;
  private final boolean movesAnything;
  private final Residents residents;
  private final Uploads uploads;
  private final Runnable settleUploads;
  private final MoveAllowance moves;

  private final Surplus besideOthers = new Surplus();

  private int steps;

  /**
   * @param movesAnything whether others move however many they are, before more adapters leave than
   *     must
   * @param settleUploads takes over uploads that have ended
   */
  ArenaRoom(
      CellSpace space,
      boolean movesAnything,
      Residents residents,
      Uploads uploads,
      Runnable settleUploads) {
    this.space = space;
    this.movesAnything = movesAnything;
    this.residents = residents;
    this.uploads = uploads;
    this.settleUploads = settleUploads;
    this.moves = new MoveAllowance(space);
  }

  /** A step more, for which something may be moved. */
  void allowMovesOfStep() {
    moves.addStep();
    if (++steps % STEPS == 0) {
      besideOthers.left = MOST_MORE;
    }
  }

  /** Takes a run of exactly this many cells, or nothing; nobody has left in vain then. */
  Optional<OwnedCells> allocate(CellUse use, int cells, boolean wantedToo) {
    if (!make(cells, reason(use), wantedToo)) {
      return Optional.empty();
    }
    Surplus more = new Surplus();
    if (clearTheWay(use, cells, more) == NEVER && settle()) {
      // An upload that went on lay between the free cells.
      clearTheWay(use, cells, more);
    }
    Optional<OwnedCells> found = space.allocate(use, cells);
    return found.isEmpty() && settle() ? space.allocate(use, cells) : found;
  }

  /**
   * The same for KV beside others that run, who would wait for what lies in the way: uploads of
   * many adapters, one behind the other, or all that is in the arena, between its last free cells.
   * Who wants the cells can wait a step instead. Idle adapters may have left then, which makes the
   * way shorter for its next try. Where copies take the steps' own time and what lies in the way is
   * little, there is nothing to wait for.
   */
  Optional<OwnedCells> allocateBeside(CellUse use, int cells) {
    if (movesAnything) {
      return allocate(use, cells, true);
    }
    return moves.allows(makeNow(use, cells, true, besideOthers))
        ? space.allocate(use, cells)
        : Optional.empty();
  }

  /**
   * The same without waiting for uploads; adapters may have left for cells that those keep apart.
   * However much moves for it is not asked, but is missing then to those who start beside others.
   */
  Optional<OwnedCells> allocateNow(CellUse use, int cells, boolean wantedToo) {
    return makeNow(use, cells, wantedToo, new Surplus()) < NEVER
        ? space.allocate(use, cells)
        : Optional.empty();
  }

  /** Cells that have to move then, as {@link #clearTheWay}; {@link #NEVER} if there is no room. */
  private int makeNow(CellUse use, int cells, boolean wantedToo, Surplus more) {
    return residents.makeRoom(cells, reason(use), wantedToo)
        ? clearTheWay(use, cells, more)
        : NEVER;
  }

  /**
   * Where arenas are large and full, to gather the last free cells is to move all of it. An idle
   * adapter more that leaves costs a copy that nobody waits for, perhaps; moves, a pause for all.
   *
   * @return cells that have to move then; {@link #NEVER} if they cannot be had by that; 0 where it
   *     does not matter
   */
  private int clearTheWay(CellUse use, int cells, Surplus more) {
    if (movesAnything) {
      return 0;
    }
    int moved = space.cellsToMove(cells);
    while (more.left > 0 && isMuch(moved, cells) && residents.evictOneMore(reason(use))) {
      more.left--;
      moved = space.cellsToMove(cells);
    }
    return moved;
  }

  /** Not where uploads are in the way, which nobody who leaves would change. */
  private boolean isMuch(int moved, int cells) {
    return moved > Math.max(MOST_MOVED * cells, space.cells() / LITTLE)
        && (moved < NEVER || uploads.isEmpty());
  }

  /** Lengthens a run; false if that cannot be. */
  boolean grow(OwnedCells owned, int keep, int cells) {
    int missing = cells - owned.cells();
    return make(missing, reason(owned.use()), true)
        && (space.grow(owned, keep, cells) || (settle() && space.grow(owned, keep, cells)));
  }

  private boolean make(int cells, EvictionReason reason, boolean wantedToo) {
    return residents.makeRoom(cells, reason, wantedToo)
        || (settle() && residents.makeRoom(cells, reason, wantedToo));
  }

  /** Waits for uploads that are under way; false if there is none. */
  boolean settle() {
    if (uploads.isEmpty()) {
      return false;
    }
    uploads.join();
    settleUploads.run();
    return true;
  }

  /** How many may leave beyond those that must. */
  private static final class Surplus {
    private int left = MOST_MORE;
  }

  private static EvictionReason reason(CellUse use) {
    return switch (use) {
      case KV -> EvictionReason.KV;
      case ADAPTER -> EvictionReason.ADAPTER;
      case WINDOW -> EvictionReason.WINDOW;
    };
  }
}
