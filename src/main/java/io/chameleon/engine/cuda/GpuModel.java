package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.memory.CellRun;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.function.Function;

/**
 * All that lies on the device for a model, as the operators use it.
 *
 * @param model its shape and numbers
 * @param weights its weights
 * @param activations buffers of a step
 * @param input numbers of a step
 * @param rowInput what the step's rows are, among those numbers
 * @param arena KV and adapters
 */
record GpuModel(
    DeviceModel model,
    GpuWeights weights,
    Activations activations,
    StepInput input,
    RowInput rowInput,
    GpuArena arena) {

  ModelConfig config() {
    return model.config();
  }

  /** Scale of the scores of attention. */
  double attentionScale() {
    return 1 / Math.sqrt(config().headSize());
  }

  /** Elements from a cell to the keys of a layer. */
  long keyOffset(int layer) {
    return 2L * layer * config().kvHeads() * config().headSize();
  }

  /** Elements from a cell to the values of a layer. */
  long valueOffset(int layer) {
    return keyOffset(layer) + (long) config().kvHeads() * config().headSize();
  }

  /** What a site reads. */
  DeviceTensor inputOf(LoraSite site) {
    return switch (site) {
      case QKV, GATE_UP -> activations.normed;
      case OUTPUT -> activations.attended;
      case DOWN -> activations.gated;
    };
  }

  /** What a site adds to. */
  DeviceTensor outputOf(LoraSite site) {
    return switch (site) {
      case QKV -> activations.qkv;
      case GATE_UP -> activations.gateUp;
      case OUTPUT, DOWN -> activations.residual;
    };
  }

  /**
   * Where a module's rows are in the arena, in elements.
   *
   * @param a of A of window row 0
   * @param b of Bᵀ of window row 0
   * @param stride from one window row to the next
   */
  record ModulePlace(long a, long b, long stride) {}

  /** Where a module's rows are now, for a layer; windows move between steps. */
  ModulePlace place(Function<ModuleGroup, AdapterWindow> windows, LinearModule module, int layer) {
    AdapterWindow window = windows.apply(ModuleGroup.of(module));
    CellRun run = window.run();
    if (run == null) {
      throw new IllegalStateException("no window for " + module);
    }
    long start =
        (long) run.start() * model.cellElements() + (long) layer * window.shape().layerElements();
    return new ModulePlace(
        start + window.shape().offsetOfA(module),
        start + window.shape().offsetOfB(module),
        window.shape().rowElements());
  }
}
