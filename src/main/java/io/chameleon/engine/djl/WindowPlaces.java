package io.chameleon.engine.djl;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.adapter.pool.WindowShape;
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
    LinearModule[] modules = LinearModule.values();
    long[] offsets = new long[modules.length * NUMBERS];
    for (int m = 0; m < modules.length; m++) {
      AdapterWindow window = windows.apply(ModuleGroup.of(modules[m]));
      CellRun run = window.run();
      if (run != null) {
        long[] place = place(modules[m], window.shape(), (long) run.start() * cellElements);
        System.arraycopy(place, 0, offsets, m * NUMBERS, NUMBERS);
      }
    }
    return offsets;
  }

  private static long[] place(LinearModule module, WindowShape shape, long start) {
    return new long[] {
      start + shape.offsetOfA(module),
      start + shape.offsetOfB(module),
      shape.rowElements(),
      shape.layerElements()
    };
  }
}
