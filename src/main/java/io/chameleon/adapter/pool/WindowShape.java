package io.chameleon.adapter.pool;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;

/**
 * How a window row is laid out: for each layer, for each module of the group, a row of A and then a
 * row of Bᵀ.
 *
 * <pre>
 * row r | layer 0: A_q[in] B_q[out] A_k[in] B_k[out] … | layer 1: … | padding |
 * </pre>
 *
 * <p>So the A of one module for all rows is a matrix whose rows are {@link #rowElements} apart. The
 * padding makes that distance an odd number of cache lines: at a multiple of 4 KiB, all rows would
 * fall into the same cache sets.
 */
public final class WindowShape {

  /** Elements of a cache line in 4-byte numbers. */
  private static final int LINE = 16;

  private final ModelConfig model;
  private final ModuleGroup group;
  private final int layerElements;
  private final int rowElements;

  public WindowShape(ModelConfig model, ModuleGroup group) {
    this.model = model;
    this.group = group;
    this.layerElements = group.elementsPerLayer(model);
    int lines = (model.layers() * layerElements + LINE - 1) / LINE;
    this.rowElements = (lines % 2 == 0 ? lines + 1 : lines) * LINE;
  }

  /** The modules whose rows these are. */
  public ModuleGroup group() {
    return group;
  }

  /** Distance of two rows, in elements. */
  public int rowElements() {
    return rowElements;
  }

  /** Distance of two layers within a row, in elements. */
  public int layerElements() {
    return layerElements;
  }

  /** Where the module's A begins within a layer, in elements. */
  public int offsetOfA(LinearModule module) {
    int offset = 0;
    for (LinearModule earlier : group.modules()) {
      if (earlier == module) {
        return offset;
      }
      offset += model.inputSize(earlier) + model.outputSize(earlier);
    }
    throw new IllegalArgumentException("%s has no module %s".formatted(group, module));
  }

  /** Where the module's Bᵀ begins within a layer, in elements. */
  public int offsetOfB(LinearModule module) {
    return offsetOfA(module) + model.inputSize(module);
  }
}
