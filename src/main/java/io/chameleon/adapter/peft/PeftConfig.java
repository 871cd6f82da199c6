package io.chameleon.adapter.peft;

import org.jspecify.annotations.Nullable;

/**
 * What {@code adapter_config.json} says of a LoRA, all of it understood.
 *
 * @param ranks rank r of each module
 * @param alphas alpha of each module
 * @param rankStabilized whether the scaling is alpha ÷ √r instead of alpha ÷ r
 * @param targets modules that have an update
 * @param excluded modules that have none though targeted, or null
 * @param layers layers that have updates
 */
record PeftConfig(
    PatternValues ranks,
    PatternValues alphas,
    boolean rankStabilized,
    ModuleSelector targets,
    @Nullable ModuleSelector excluded,
    LayerSelector layers) {

  /** Whether a module has an update, decided as PEFT decides it. */
  boolean targets(String module) {
    if (excluded != null && excluded.matches(module)) {
      return false;
    }
    return switch (targets) {
      case ModuleSelector.AllLinear all -> all.matches(module);
      case ModuleSelector.Expression expression -> expression.matches(module);
      case ModuleSelector.Names names ->
          names.namesWhole(module) || names.matches(module) && layers.matches(module);
    };
  }

  int rank(String module) {
    return (int) ranks.valueFor(module);
  }

  /** By what the update of a module of this rank is multiplied. */
  float scaling(String module, int rank) {
    return scaling(alphas.valueFor(module), rank);
  }

  /** By what the update of a module without a pattern of its own is multiplied. */
  float scaling() {
    return scaling(alphas.fallback(), (int) ranks.fallback());
  }

  private float scaling(double alpha, int rank) {
    return (float) (rankStabilized ? alpha / Math.sqrt(rank) : alpha / rank);
  }
}
