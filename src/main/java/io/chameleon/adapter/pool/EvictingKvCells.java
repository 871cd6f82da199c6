package io.chameleon.adapter.pool;

import io.chameleon.memory.CellMover;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.KvCells;
import io.chameleon.memory.OwnedCells;
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

  private final CellSpace space;
  private final AdapterPool pool;
  private final CellMover mover;

  public EvictingKvCells(CellSpace space, AdapterPool pool, CellMover mover) {
    this.space = space;
    this.pool = pool;
    this.mover = mover;
  }

  @Override
  public Optional<OwnedCells> allocate(int cells) {
    return cleared(even(cells).or(() -> pool.allocateKv(cells)));
  }

  @Override
  public Optional<OwnedCells> allocateNow(int cells) {
    return cleared(even(cells).or(() -> pool.allocateKvNow(cells)));
  }

  private Optional<OwnedCells> cleared(Optional<OwnedCells> run) {
    run.ifPresent(taken -> mover.clear(taken.run()));
    return run;
  }

  @Override
  public boolean grow(OwnedCells run, int usedCells, int cells) {
    int before = run.cells();
    int start = run.run().start();
    if (!pool.growKv(run, usedCells, cells)) {
      return false;
    }
    CellRun longer = run.run();
    // Where it stayed, what it had was cleared when it was given out.
    int clean = longer.start() == start ? before : usedCells;
    mover.clear(new CellRun(longer.start() + clean, longer.cells() - clean));
    return true;
  }

  @Override
  public void release(OwnedCells run) {
    space.release(run);
  }

  /** A lone sequence must fit beside the largest adapter that it may run with. */
  @Override
  public int capacity() {
    return pool.kvCapacity();
  }

  @Override
  public int arenaCells() {
    return space.cells();
  }

  @Override
  public int reachable() {
    return pool.reachableForKv();
  }

  private Optional<OwnedCells> even(int cells) {
    int rounded = Math.ceilDiv(cells, EVEN_CELLS) * EVEN_CELLS;
    return rounded <= space.freeCells() / PLENTY
        ? space.allocateAsIs(CellUse.KV, rounded)
        : Optional.empty();
  }
}
