package io.chameleon.engine.djl;

import io.chameleon.adapter.AdapterWindow;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.WindowShape;
import io.chameleon.memory.CellRun;
import io.chameleon.model.LinearModule;
import java.util.function.Function;

/** Where the modules of the adapter windows lie in the arena, as a step wants to know it. */
final class WindowPlaces {

  /** Numbers for each module: offset of A, offset of Bᵀ, row stride, layer stride, in elements. */
  private static final int NUMBERS = 4;

  private final Function<ModuleGroup, AdapterWindow> windows;
  private final int cellElements;

  WindowPlaces(Function<ModuleGroup, AdapterWindow> windows, int cellElements) {
    this.windows = windows;
    this.cellElements = cellElements;
  }

  /** Four numbers for each module, in the order of {@link LinearModule}; zeros without a window. */
  long[] offsets() {
    long[] offsets = new long[LinearModule.values().length * NUMBERS];
    for (LinearModule module : LinearModule.values()) {
      AdapterWindow window = windows.apply(ModuleGroup.of(module));
      CellRun run = window.run();
      if (run != null) {
        put(offsets, module, window.shape(), (long) run.start() * cellElements);
      }
    }
    return offsets;
  }

  private static void put(long[] offsets, LinearModule module, WindowShape shape, long start) {
    int at = module.ordinal() * NUMBERS;
    offsets[at] = start + shape.offsetOfA(module);
    offsets[at + 1] = start + shape.offsetOfB(module);
    offsets[at + 2] = shape.rowElements();
    offsets[at + 3] = shape.layerElements();
  }
}
