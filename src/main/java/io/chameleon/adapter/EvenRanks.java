package io.chameleon.adapter;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.util.EnumMap;
import java.util.Map;

/**
 * The ranks of an adapter whose layers are to be alike: of each module the largest that it has in
 * any layer. Adapters without patterns over layers are so already.
 */
public final class EvenRanks {

  private final Map<LinearModule, Integer> ranks = new EnumMap<>(LinearModule.class);

  /** Takes note of a module of some layer. */
  public void add(LinearModule module, int rank) {
    ranks.merge(module, rank, Math::max);
  }

  /** Rank of each module that the adapter has anywhere, in the order of modules. */
  public Map<LinearModule, Integer> ranks() {
    return ranks;
  }

  /** Elements of A and B of all layers. */
  public long elements(ModelConfig model) {
    long layer = 0;
    for (Map.Entry<LinearModule, Integer> module : ranks.entrySet()) {
      layer += (long) module.getValue() * sides(model, module.getKey());
    }
    return layer * model.layers();
  }

  /** Elements of a row of A and a row of Bᵀ. */
  public static int sides(ModelConfig model, LinearModule module) {
    return model.inputSize(module) + model.outputSize(module);
  }
}
