package io.chameleon.adapter;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.List;

/**
 * Modules whose window rows lie together. Most adapters have no MLP modules; with a window of their
 * own, those cost nothing to adapters that lack them.
 */
public enum ModuleGroup {
  ATTENTION(LinearModule.Q, LinearModule.K, LinearModule.V, LinearModule.O),
  MLP(LinearModule.GATE, LinearModule.UP, LinearModule.DOWN);

  private final List<LinearModule> modules;

  ModuleGroup(LinearModule... modules) {
    this.modules = List.of(modules);
  }

  /** The modules, in the order in which a window row holds them. */
  public List<LinearModule> modules() {
    return modules;
  }

  /** The group that holds the module. */
  public static ModuleGroup of(LinearModule module) {
    return ATTENTION.modules.contains(module) ? ATTENTION : MLP;
  }

  /** Elements of A and B rows of one rank in one layer. */
  int elementsPerLayer(ModelConfig model) {
    return modules.stream().mapToInt(m -> model.inputSize(m) + model.outputSize(m)).sum();
  }
}
