package io.chameleon.adapter.pool;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellSpace;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The windows of all groups: what an adapter takes of them while it runs. Engine thread alone. */
final class AdapterWindows {

  private final Map<ModuleGroup, AdapterWindow> windows = new EnumMap<>(ModuleGroup.class);
  private final AdapterDevice device;

  AdapterWindows(ModelConfig model, CellSpace space, AdapterDevice device) {
    this.device = device;
    for (ModuleGroup group : ModuleGroup.values()) {
      WindowShape shape = new WindowShape(model, group);
      windows.put(group, new AdapterWindow(shape, device.cellElements(), space));
    }
  }

  AdapterWindow of(ModuleGroup group) {
    AdapterWindow window = windows.get(group);
    if (window == null) {
      throw new IllegalStateException("no window for " + group);
    }
    return window;
  }

  /** Cells that all windows take now. */
  int cells() {
    return windows.values().stream().mapToInt(AdapterWindow::cells).sum();
  }

  /** Cells by which the windows grow if the adapter starts to run now. */
  int growthFor(AdapterLayout layout) {
    int cells = 0;
    for (Map.Entry<ModuleGroup, AdapterWindow> window : windows.entrySet()) {
      cells += window.getValue().growthFor(layout.rows(window.getKey()));
    }
    return cells;
  }

  /**
   * Takes rows in every group that the adapter has modules of.
   *
   * @return where they stand, still to be filled, or null if there is no room; none is taken then
   */
  @Nullable ResidentAdapter take(String name, AdapterLayout layout, ArenaRoom room) {
    Map<ModuleGroup, RowRange> taken = new EnumMap<>(ModuleGroup.class);
    for (ModuleGroup group : ModuleGroup.values()) {
      int rows = layout.rows(group);
      RowRange range = rows == 0 ? null : of(group).take(rows, room).orElse(null);
      if (range != null) {
        taken.put(group, range);
      } else if (rows > 0) {
        taken.forEach((before, given) -> of(before).release(given));
        return null;
      }
    }
    return new ResidentAdapter(
        name, layout.scaling(), taken.get(ModuleGroup.ATTENTION), taken.get(ModuleGroup.MLP));
  }

  /** Fills an adapter's rows from where it rests. */
  void place(AdapterLayout layout, CellRun rest, ResidentAdapter rows) {
    forEach(
        rows,
        (window, range) ->
            device.placeRows(layout, rest, window.requireRun(), window.shape(), range));
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
    for (ModuleGroup group : ModuleGroup.values()) {
      RowRange range = rows.rows(group);
      if (range != null) {
        action.with(of(group), range);
      }
    }
  }

  /** Something done with an adapter's rows in one window. */
  @FunctionalInterface
  private interface RowAction {
    void with(AdapterWindow window, RowRange range);
  }
}
