package io.chameleon.memory;

import java.util.Optional;
import java.util.TreeMap;

/**
 * The arena with its content: runs are taken, grown and given back, and moved where fragments alone
 * stand in the way, so that whatever fits in total fits. Nobody is evicted here. For the engine
 * thread alone.
 */
public final class CellSpace {

  private final Arena arena;
  private final CellMover mover;
  private final TreeMap<Integer, OwnedCells> owners = new TreeMap<>();
  private long movedCells;

  public CellSpace(Arena arena, CellMover mover) {
    this.arena = arena;
    this.mover = mover;
  }

  /**
   * Takes a run of exactly this many cells; others move together for it if they must.
   *
   * @return nothing if too few are free, or if pinned runs keep them apart
   */
  public Optional<OwnedCells> allocate(CellUse use, int cells) {
    Optional<OwnedCells> found = allocateAsIs(use, cells);
    return found.isEmpty() && gather(cells) ? allocateAsIs(use, cells) : found;
  }

  /** Takes a run of exactly this many cells if a free one is long enough; nobody moves. */
  public Optional<OwnedCells> allocateAsIs(CellUse use, int cells) {
    return arena.allocate(use, cells).map(run -> own(new OwnedCells(use, run)));
  }

  /**
   * Cells that would have to move before so many lie together.
   *
   * @return {@link Integer#MAX_VALUE} if too few are free, or if pinned runs keep them apart
   */
  public int cellsToMove(int cells) {
    if (arena.longestFreeRun() >= cells) {
      return 0;
    }
    if (arena.freeCells() < cells) {
      return Integer.MAX_VALUE;
    }
    return new CellMoves.Planner(arena, owners.values())
        .together(cells)
        .map(CellMoves::cells)
        .orElse(Integer.MAX_VALUE);
  }

  /**
   * Lengthens a run: in place, or by moving it, or by moving its neighbours.
   *
   * @param keep how many of its first cells hold what must be kept
   * @param cells the new length, longer than it is
   * @return false if too few are free, or if pinned runs keep them apart; nothing has changed then
   */
  public boolean grow(OwnedCells owned, int keep, int cells) {
    return extend(owned, cells) || moveOut(owned, keep, cells) || spread(owned, keep, cells);
  }

  /** Shortens a run in place. */
  public void shrink(OwnedCells owned, int cells) {
    owned.moveTo(arena.shrink(owned.run(), cells));
  }

  /** Gives a run back. */
  public void release(OwnedCells owned) {
    arena.release(owned.run());
    owners.remove(owned.run().start());
    owned.release();
  }

  /** From now on it is not moved: somebody writes to it beside the engine thread. */
  public void pin(OwnedCells owned) {
    owned.run();
    owned.setPinned(true);
  }

  /** It may be moved again. */
  public void unpin(OwnedCells owned) {
    owned.run();
    owned.setPinned(false);
  }

  /** All cells. */
  public int cells() {
    return arena.cells();
  }

  /** Cells that nobody owns. */
  public int freeCells() {
    return arena.freeCells();
  }

  /** Cells owned for this use. */
  public int usedCells(CellUse use) {
    return arena.usedCells(use);
  }

  /** Cells whose content has been moved since the start. */
  public long movedCells() {
    return movedCells;
  }

  /** Who owns how many cells. */
  public ArenaSnapshot snapshot() {
    return arena.snapshot();
  }

  /**
   * Verifies the arena's accounts, and that every owner's run is what the arena has.
   *
   * @throws IllegalStateException naming the first contradiction
   */
  public void checkIntegrity() {
    arena.checkIntegrity();
    int owned = 0;
    for (var entry : owners.entrySet()) {
      CellRun run = entry.getValue().run();
      if (run.start() != entry.getKey() || arena.ownerOf(run) != entry.getValue().use()) {
        throw new IllegalStateException(
            "%s is entered at cell %d".formatted(entry.getValue(), entry.getKey()));
      }
      owned += run.cells();
    }
    if (owned + arena.freeCells() != arena.cells()) {
      throw new IllegalStateException(
          "%d cells have an owner, %d are free of %d"
              .formatted(owned, arena.freeCells(), arena.cells()));
    }
  }

  private boolean extend(OwnedCells owned, int cells) {
    Optional<CellRun> longer = arena.extend(owned.run(), cells);
    longer.ifPresent(owned::moveTo);
    return longer.isPresent();
  }

  private boolean moveOut(OwnedCells owned, int keep, int cells) {
    if (owned.isPinned()) {
      return false;
    }
    Optional<CellRun> elsewhere = arena.allocate(owned.use(), cells);
    elsewhere.ifPresent(to -> {
      CellRun from = owned.run();
      move(from, to, keep);
      arena.release(from);
      enter(owned, from.start(), to);
    });
    return elsewhere.isPresent();
  }

  private boolean spread(OwnedCells owned, int keep, int cells) {
    int missing = cells - owned.cells();
    if (arena.freeCells() < missing) {
      return false;
    }
    CellRun own = owned.run();
    Optional<CellMoves> moves = new CellMoves.Planner(arena, owners.values()).beside(own, missing);
    moves.ifPresent(plan -> {
      plan.perform((from, start) -> relocate(from, start, from.equals(own) ? keep : from.cells()));
      if (!extend(owned, cells)) {
        throw new IllegalStateException("%s has no room beside it after %s".formatted(owned, plan));
      }
    });
    return moves.isPresent();
  }

  /** Makes free cells lie together. */
  private boolean gather(int cells) {
    if (arena.freeCells() < cells) {
      return false;
    }
    Optional<CellMoves> moves = new CellMoves.Planner(arena, owners.values()).together(cells);
    moves.ifPresent(plan -> plan.perform((from, start) -> relocate(from, start, from.cells())));
    return moves.isPresent();
  }

  private void relocate(CellRun from, int start, int keep) {
    OwnedCells owned = owners.get(from.start());
    if (owned == null) {
      throw new IllegalStateException("nobody owns " + from);
    }
    CellRun to = arena.relocate(from, start);
    move(from, to, keep);
    enter(owned, from.start(), to);
  }

  private void move(CellRun from, CellRun to, int keep) {
    mover.move(from, to, keep);
    movedCells += keep;
  }

  private OwnedCells own(OwnedCells owned) {
    owners.put(owned.run().start(), owned);
    return owned;
  }

  private void enter(OwnedCells owned, int oldStart, CellRun run) {
    owners.remove(oldStart, owned);
    owned.moveTo(run);
    owners.put(run.start(), owned);
  }
}
