package io.chameleon.engine.cuda;

import io.chameleon.adapter.AdapterPlace;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;

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

  /** Elements from the arena's beginning to an adapter. */
  long startOf(AdapterPlace place) {
    return (long) place.startCell() * model.cellElements();
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
}
