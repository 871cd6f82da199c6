package io.chameleon.adapter.pool;

import io.chameleon.memory.Arena;
import io.chameleon.memory.CellMover;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.KvCells;
import java.util.Optional;

/**
 * KV cells from the arena, for which idle adapters leave. For the engine thread alone.
 *
 * <p>Where there is plenty, a run is rounded up to a multiple of {@link #EVEN_CELLS}: runs of equal
 * size stand at equal distances, which lets decode rows share attention calls. Nobody leaves for
 * that.
 *
 * <p>Cells are cleared when they are given out. A shared call reads a run behind its sequence's
 * last token, under a mask; what a former owner left there might be NaN, which no mask hides.
 */
public final class EvictingKvCells implements KvCells {

  /** Sizes of runs are multiples of this where there is plenty. */
  static final int EVEN_CELLS = 256;

  /** There is plenty as long as a run is no more than one part in so many of what is free. */
  private static final int PLENTY = 16;

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
    Optional<CellRun> run = even(cells).or(() -> pool.allocate(CellUse.KV, cells));
    run.ifPresent(mover::clear);
    return run;
  }

  @Override
  public Optional<CellRun> grow(CellRun run, int usedCells, int cells) {
    Optional<CellRun> longer = arena.extend(run, cells);
    longer.ifPresent(to -> clearBehind(to, run.cells()));
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
    slid.ifPresent(to -> {
      mover.move(run, to, usedCells);
      clearBehind(to, usedCells);
    });
    return slid;
  }

  private Optional<CellRun> even(int cells) {
    int rounded = Math.ceilDiv(cells, EVEN_CELLS) * EVEN_CELLS;
    return rounded <= arena.freeCells() / PLENTY
        ? arena.allocate(CellUse.KV, rounded)
        : Optional.empty();
  }

  private void clearBehind(CellRun run, int usedCells) {
    mover.clear(new CellRun(run.start() + usedCells, run.cells() - usedCells));
  }
}
