package io.chameleon.adapter;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.List;

/**
 * Modules whose window rows lie together. Most adapters have no MLP modules; with a window of their
 * own, those cost nothing to adapters that lack them.
 */
public enum ModuleGroup {
  /** q, k, v and o. */
  ATTENTION,
  /** gate, up and down. */
  MLP;

  /** The modules, in the order in which a window row holds them. */
  public List<LinearModule> modules() {
    return switch (this) {
      case ATTENTION -> List.of(LinearModule.Q, LinearModule.K, LinearModule.V, LinearModule.O);
      case MLP -> List.of(LinearModule.GATE, LinearModule.UP, LinearModule.DOWN);
    };
  }

  /** The group that holds the module. */
  public static ModuleGroup of(LinearModule module) {
    return switch (module) {
      case Q, K, V, O -> ATTENTION;
      case GATE, UP, DOWN -> MLP;
    };
  }

  /** Elements of A and B rows of one rank in one layer. */
  public int elementsPerLayer(ModelConfig model) {
    return modules().stream().mapToInt(m -> model.inputSize(m) + model.outputSize(m)).sum();
  }
}
