package io.chameleon.adapter.pool;

import io.chameleon.adapter.RowRange;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.ArrayList;
import java.util.List;
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

  /** Rows taken, in their order. */
  private final List<RowRange> taken = new ArrayList<>();

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

  /**
   * Takes rows: the first gap that is long enough, else rows at the end, for which it grows.
   *
   * @return null if there is no room for that
   */
  @Nullable RowRange take(int rows, ArenaRoom room) {
    int index = firstGap(rows);
    RowRange range = new RowRange(endBefore(index), rows);
    if (!reaches(cellsFor(range.end()), room)) {
      return null;
    }
    taken.add(index, range);
    return range;
  }

  /** Gives rows back and shrinks to the last row that is still taken. */
  void release(RowRange range) {
    if (!taken.remove(range)) {
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
    return rows == 0 ? 0 : Math.max(0, cellsFor(endBefore(firstGap(rows)) + rows) - cells());
  }

  /** Cells that this many rows take. */
  int cellsFor(int rows) {
    long elements = (long) rows * shape.rowElements();
    return Math.toIntExact((elements + cellElements - 1) / cellElements);
  }

  /** Rows up to the last one that is taken. */
  int rows() {
    return endBefore(taken.size());
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

  /** Index of the taken range before which there is a gap that is long enough, else of the end. */
  private int firstGap(int rows) {
    int index = 0;
    while (index < taken.size() && taken.get(index).first() - endBefore(index) < rows) {
      index++;
    }
    return index;
  }

  /** The row after the taken range before this one. */
  private int endBefore(int index) {
    return index == 0 ? 0 : taken.get(index - 1).end();
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
