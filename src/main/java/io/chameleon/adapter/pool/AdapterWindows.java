package io.chameleon.adapter.pool;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellSpace;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The windows of all groups: what an adapter takes of them while it runs. Engine thread alone. */
final class AdapterWindows {

  /** One for each group; an array, for that is walked without an iterator. */
  private final AdapterWindow[] windows;

  private final WindowDevice device;

  AdapterWindows(ModelConfig model, CellSpace space, WindowDevice device) {
    this.device = device;
    this.windows =
        Arrays.stream(ModuleGroup.values())
            .map(group -> new WindowShape(model, group))
            .map(shape -> new AdapterWindow(shape, device.cellElements(), space))
            .toArray(AdapterWindow[]::new);
  }

  AdapterWindow of(ModuleGroup group) {
    for (AdapterWindow window : windows) {
      if (window.shape().group() == group) {
        return window;
      }
    }
    throw new IllegalStateException("no window for " + group);
  }

  /** Cells that all windows take now. */
  int cells() {
    return Arrays.stream(windows).mapToInt(AdapterWindow::cells).sum();
  }

  /** Cells by which the windows grow if the adapter starts to run now. */
  int growthFor(AdapterLayout layout) {
    int cells = 0;
    for (AdapterWindow window : windows) {
      cells += window.growthFor(layout.rows(window.shape().group()));
    }
    return cells;
  }

  /**
   * Takes rows in every group that the adapter has modules of.
   *
   * @return where they stand, still to be filled, or null if there is no room; none is taken then
   */
  @Nullable ResidentAdapter take(String name, AdapterLayout layout, ArenaRoom room) {
    RowRange attention = take(ModuleGroup.ATTENTION, layout, room);
    if (attention == null && layout.rows(ModuleGroup.ATTENTION) > 0) {
      return null;
    }
    RowRange mlp = take(ModuleGroup.MLP, layout, room);
    if (mlp == null && layout.rows(ModuleGroup.MLP) > 0) {
      if (attention != null) {
        of(ModuleGroup.ATTENTION).release(attention);
      }
      return null;
    }
    return new ResidentAdapter(name, layout.scaling(), attention, mlp);
  }

  /** Rows in a group; null if the adapter has no module of it, or if there is no room. */
  private @Nullable RowRange take(ModuleGroup group, AdapterLayout layout, ArenaRoom room) {
    int rows = layout.rows(group);
    return rows == 0 ? null : of(group).take(rows, room);
  }

  /** Fills an adapter's rows from where it rests. */
  void place(AdapterLayout layout, CellRun rest, ResidentAdapter rows) {
    // Each start of a resident adapter comes by here; a lambda would be an object for each.
    for (AdapterWindow window : windows) {
      RowRange range = rows.rows(window.shape().group());
      if (range != null) {
        device.placeRows(layout, rest, window.requireRun(), window.shape(), range);
      }
    }
  }

  /** Fills an adapter's rows from host memory. */
  void place(AdapterLayout layout, MemorySegment weights, ResidentAdapter rows) {
    forEach(
        rows,
        (window, range) ->
            device.placeRows(layout, weights, window.requireRun(), window.shape(), range));
  }

  /** Copies an adapter's rows to where it shall rest. */
  void save(AdapterLayout layout, ResidentAdapter rows, CellRun rest) {
    forEach(
        rows,
        (window, range) ->
            device.saveRows(layout, window.requireRun(), window.shape(), range, rest));
  }

  /** Gives an adapter's rows back. */
  void release(ResidentAdapter rows) {
    forEach(rows, AdapterWindow::release);
  }

  private void forEach(ResidentAdapter rows, RowAction action) {
    for (AdapterWindow window : windows) {
      RowRange range = rows.rows(window.shape().group());
      if (range != null) {
        action.with(window, range);
      }
    }
  }

  /** Something done with an adapter's rows in one window. */
  @FunctionalInterface
  private interface RowAction {
    void with(AdapterWindow window, RowRange range);
  }
}
