package io.chameleon.bench;

import io.chameleon.simulation.StepCost;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Costs of steps fitted to the warmed-up service of each policy. Policies make steps of different
 * kinds: what eight thousand tokens cost, one that never has more than a thousand cannot tell.
 *
 * <p>What goes by around a step is the same program's for all of them, and is taken from the
 * service where it was least: some wait for adapters between two steps, which the simulator has by
 * itself.
 *
 * @param byPolicy in the order in which they ran
 */
record WarmFits(Map<String, WarmFit> byPolicy) {

  /** None yet. */
  static final WarmFits NONE = new WarmFits(Map.of());

  WarmFits {
    byPolicy = Collections.unmodifiableMap(new LinkedHashMap<>(byPolicy));
  }

  /** These and a policy's. */
  WarmFits with(String policy, WarmFit fit) {
    Map<String, WarmFit> all = new LinkedHashMap<>(byPolicy);
    all.put(policy, fit);
    return new WarmFits(all);
  }

  /**
   * What the steps of a policy cost.
   *
   * @param given where nothing was fitted
   */
  StepCost costs(String policy, StepCost given) {
    WarmFit own = byPolicy.get(policy);
    return own == null ? given : own.fitted().with(around(given));
  }

  /** Of the services that were seen; the profile's if none was. */
  private StepCost.Around around(StepCost given) {
    return byPolicy.values().stream()
        .filter(fit -> fit.steps() > 0)
        .map(fit -> fit.fitted().around())
        .min(Comparator.comparingDouble(around -> around.of(0, true)))
        .orElse(given.around());
  }

  /** What was simulated with, for people; empty where nothing was fitted. */
  String source() {
    if (byPolicy.isEmpty()) {
      return "";
    }
    String own =
        byPolicy.entrySet().stream()
            .map(each -> each.getKey() + ": " + each.getValue().source())
            .collect(Collectors.joining("; "));
    return own + "; the time around steps that of the service where it was least";
  }
}
