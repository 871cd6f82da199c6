package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What kernels that rotate rows where they update them are told, {@code struct Rope} of common.cuh:
 * numbers are read and written once for both, and there is a launch less.
 */
final class RopeStruct {

  static final int BYTES = 64;

  /** Columns of the smallest piece of an update, and of a tile of a chunk's: to be a head. */
  static final int HEAD_SIZE = 128;

  private final GpuModel model;
  private final MemorySegment struct = Arena.ofAuto().allocate(BYTES, Long.BYTES);

  RopeStruct(GpuModel model) {
    this.model = model;
  }

  /** Whether kernels that are there rotate rows of a model where they update them. */
  static boolean suits(DeviceModel model, CudaKernels kernels) {
    return model.numbers() == ElementType.BF16
        && suits(model.config())
        && kernels.has(KernelText.LORA)
        && kernels.has(KernelText.ROPE);
  }

  /** Whether there is nothing else between the update and the rotation, for a model. */
  static boolean suits(ModelConfig config) {
    return config.headSize() == HEAD_SIZE && !config.qkvBias() && !config.qkNorm();
  }

  /** That of a layer, until the next is asked for. */
  MemorySegment of(int layer) {
    RowInput rows = model.rowInput();
    struct.setAtIndex(JAVA_LONG, 0, rows.address(rows.positions()));
    struct.setAtIndex(JAVA_LONG, 1, rows.address(rows.cells()));
    struct.setAtIndex(JAVA_LONG, 2, model.weights().cosines().address());
    struct.setAtIndex(JAVA_LONG, 3, model.weights().sines().address());
    struct.setAtIndex(JAVA_LONG, 4, model.arena().cells().address());
    struct.setAtIndex(JAVA_LONG, 5, model.model().cellElements());
    struct.setAtIndex(JAVA_LONG, 6, model.keyOffset(layer));
    struct.setAtIndex(JAVA_LONG, 7, model.valueOffset(layer));
    return struct;
  }
}
