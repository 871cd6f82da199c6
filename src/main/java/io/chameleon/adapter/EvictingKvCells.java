package io.chameleon.adapter;

import io.chameleon.memory.Arena;
import io.chameleon.memory.CellMover;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.KvCells;
import java.util.Optional;

/** KV cells from the arena, for which idle adapters leave. For the engine thread alone. */
public final class EvictingKvCells implements KvCells {

  private final Arena arena;
  private final AdapterPool pool;
  private final CellMover mover;
  private final int capacity;

  public EvictingKvCells(Arena arena, AdapterPool pool, CellMover mover) {
    this.arena = arena;
    this.pool = pool;
    this.mover = mover;
    this.capacity = Math.max(0, arena.cells() - pool.largestFootprint());
  }

  @Override
  public Optional<CellRun> allocate(int cells) {
    return pool.allocate(CellUse.KV, cells);
  }

  @Override
  public Optional<CellRun> grow(CellRun run, int usedCells, int cells) {
    Optional<CellRun> longer = arena.extend(run, cells);
    return longer.isPresent() ? longer : moved(run, usedCells, cells);
  }

  @Override
  public void release(CellRun run) {
    arena.release(run);
  }

  /** A lone sequence must fit beside the largest adapter that it may run with. */
  @Override
  public int capacity() {
    return capacity;
  }

  private Optional<CellRun> moved(CellRun run, int usedCells, int cells) {
    Optional<CellRun> elsewhere = allocate(cells);
    if (elsewhere.isPresent()) {
      mover.move(run, elsewhere.get(), usedCells);
      arena.release(run);
      return elsewhere;
    }
    // By now no idle adapter is left; the free cells on both sides of the run may do.
    pool.compact();
    Optional<CellRun> slid = arena.extend(run, cells).or(() -> arena.slideDown(run, cells));
    slid.ifPresent(to -> mover.move(run, to, usedCells));
    return slid;
  }
}
