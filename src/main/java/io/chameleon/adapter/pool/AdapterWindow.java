package io.chameleon.adapter.pool;

import io.chameleon.adapter.RowRange;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellMover;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rows of all running adapters for one group of modules, side by side in one run of cells, so
 * that the updates of a whole batch are two dense matrix products per module. It grows and shrinks
 * by whole rows. For the engine thread alone.
 */
public final class AdapterWindow {

  private final WindowShape shape;
  private final int cellElements;
  private final Arena arena;
  private final CellMover mover;

  /** Rows taken, by their first row. */
  private final TreeMap<Integer, Integer> taken = new TreeMap<>();

  private @Nullable CellRun run;

  AdapterWindow(WindowShape shape, int cellElements, Arena arena, CellMover mover) {
    this.shape = shape;
    this.cellElements = cellElements;
    this.arena = arena;
    this.mover = mover;
  }

  /** The layout of a row. */
  public WindowShape shape() {
    return shape;
  }

  /** The cells it stands in now, or null while no adapter of its group runs. */
  public @Nullable CellRun run() {
    return run;
  }

  /**
   * Takes rows: the first gap that is long enough, else rows at the end, for which it grows.
   *
   * @param allocate gives a new run of so many window cells, or nothing
   */
  Optional<RowRange> take(int rows, IntFunction<Optional<CellRun>> allocate) {
    RowRange range = new RowRange(firstGap(rows), rows);
    if (!reaches(range.end(), allocate)) {
      return Optional.empty();
    }
    taken.put(range.first(), rows);
    return Optional.of(range);
  }

  /** Gives rows back and shrinks to the last row that is still taken. */
  void release(RowRange range) {
    if (!taken.remove(range.first(), range.count())) {
      throw new IllegalStateException("%s is not taken; taken are %s".formatted(range, taken));
    }
    CellRun now = requireRun();
    int needed = cellsFor(rows());
    if (needed == 0) {
      arena.release(now);
      run = null;
    } else if (needed < now.cells()) {
      run = arena.shrink(now, needed);
    }
  }

  /** Moves to the highest free run, so that free cells lie together. */
  void compact() {
    if (run == null) {
      return;
    }
    CellRun from = run;
    arena.release(from);
    CellRun to = arena.allocate(CellUse.WINDOW, from.cells()).orElseThrow();
    mover.move(from, to, from.cells());
    run = to;
  }

  /** Cells that this many rows take. */
  int cellsFor(int rows) {
    long elements = (long) rows * shape.rowElements();
    return Math.toIntExact((elements + cellElements - 1) / cellElements);
  }

  /** Rows up to the last one that is taken. */
  int rows() {
    Map.Entry<Integer, Integer> last = taken.lastEntry();
    return last == null ? 0 : last.getKey() + last.getValue();
  }

  private int firstGap(int rows) {
    int at = 0;
    for (Map.Entry<Integer, Integer> range : taken.entrySet()) {
      if (range.getKey() - at >= rows) {
        return at;
      }
      at = range.getKey() + range.getValue();
    }
    return at;
  }

  private boolean reaches(int rows, IntFunction<Optional<CellRun>> allocate) {
    int needed = cellsFor(rows);
    if (run != null && run.cells() >= needed) {
      return true;
    }
    Optional<CellRun> longer = Optional.ofNullable(run).flatMap(now -> arena.extend(now, needed));
    if (longer.isEmpty()) {
      longer = allocate.apply(needed);
      // Read again: making room may have moved the window.
      CellRun now = run;
      if (longer.isPresent() && now != null) {
        mover.move(now, longer.get(), now.cells());
        arena.release(now);
      }
    }
    longer.ifPresent(cells -> run = cells);
    return longer.isPresent();
  }

  /** The cells it stands in; only while rows are taken. */
  CellRun requireRun() {
    if (run == null) {
      throw new IllegalStateException("a window without cells has rows " + taken);
    }
    return run;
  }
}
