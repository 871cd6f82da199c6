package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.List;

/** Where a layer's low-rank updates are added: modules with one input, outputs side by side. */
enum LoraSite {
  QKV,
  OUTPUT,
  GATE_UP,
  DOWN;

  List<LinearModule> modules() {
    return switch (this) {
      case QKV -> List.of(LinearModule.Q, LinearModule.K, LinearModule.V);
      case OUTPUT -> List.of(LinearModule.O);
      case GATE_UP -> List.of(LinearModule.GATE, LinearModule.UP);
      case DOWN -> List.of(LinearModule.DOWN);
    };
  }

  /** The site of a module. */
  static LoraSite of(LinearModule module) {
    return switch (module) {
      case Q, K, V -> QKV;
      case O -> OUTPUT;
      case GATE, UP -> GATE_UP;
      case DOWN -> DOWN;
    };
  }

  /** As people read it. */
  String label() {
    return switch (this) {
      case QKV -> "q, k, v";
      case OUTPUT -> "o";
      case GATE_UP -> "gate, up";
      case DOWN -> "down";
    };
  }

  ModuleGroup group() {
    return ModuleGroup.of(modules().getFirst());
  }

  /** Columns of the input. */
  int inputs(ModelConfig config) {
    return config.inputSize(modules().getFirst());
  }

  /** Columns of all outputs. */
  int outputs(ModelConfig config) {
    int outputs = 0;
    for (LinearModule module : modules()) {
      outputs += config.outputSize(module);
    }
    return outputs;
  }
}
