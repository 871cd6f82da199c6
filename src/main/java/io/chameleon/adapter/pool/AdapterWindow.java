package io.chameleon.adapter.pool;

import io.chameleon.adapter.RowRange;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of all running adapters for one group of modules, side by side in one run of cells, so
 * that the updates of a whole batch are two dense matrix products per module. It grows and shrinks
 * by whole rows. For the engine thread alone.
 */
public final class AdapterWindow {

  private final WindowShape shape;
  private final int cellElements;
  private final CellSpace space;

  /** Rows taken, by their first row. */
  private final TreeMap<Integer, Integer> taken = new TreeMap<>();

  private @Nullable OwnedCells cells;

  AdapterWindow(WindowShape shape, int cellElements, CellSpace space) {
    this.shape = shape;
    this.cellElements = cellElements;
    this.space = space;
  }

  /** The layout of a row. */
  public WindowShape shape() {
    return shape;
  }

  /** The cells it stands in now, or null while no adapter of its group runs. */
  public @Nullable CellRun run() {
    return cells == null ? null : cells.run();
  }

  /** Takes rows: the first gap that is long enough, else rows at the end, for which it grows. */
  Optional<RowRange> take(int rows, ArenaRoom room) {
    RowRange range = new RowRange(firstGap(rows), rows);
    if (!reaches(cellsFor(range.end()), room)) {
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
    OwnedCells now = requireCells();
    int needed = cellsFor(rows());
    if (needed == 0) {
      space.release(now);
      cells = null;
    } else if (needed < now.cells()) {
      space.shrink(now, needed);
    }
  }

  /** Cells by which it would grow for so many more rows. */
  int growthFor(int rows) {
    return rows == 0 ? 0 : Math.max(0, cellsFor(firstGap(rows) + rows) - cells());
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

  /** Cells that it takes now. */
  int cells() {
    return cells == null ? 0 : cells.cells();
  }

  /** The cells it stands in; only while rows are taken. */
  CellRun requireRun() {
    return requireCells().run();
  }

  private OwnedCells requireCells() {
    if (cells == null) {
      throw new IllegalStateException("a window without cells has rows " + taken);
    }
    return cells;
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

  private boolean reaches(int needed, ArenaRoom room) {
    OwnedCells now = cells;
    if (now == null) {
      cells = room.allocate(CellUse.WINDOW, needed, true).orElse(null);
      return cells != null;
    }
    return now.cells() >= needed || room.grow(now, now.cells(), needed);
  }
}
