package io.chameleon.simulation;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.admission.WaitingRules;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.SchedulingLimits;

/**
 * How the service is set up that is simulated.
 *
 * @param policy who starts next
 * @param policies the numbers of the policies
 * @param limits of a step
 * @param eviction which idle adapter leaves
 * @param evictionParameters its numbers
 * @param prefetch which adapters are loaded before they are needed
 * @param habits how adapters are loaded
 * @param predictor makes what predicts output lengths
 * @param waiting how long requests may wait
 * @param queueCapacity most requests that wait, at least 1
 */
public record ServiceSettings(
    PolicyKind policy,
    PolicySettings policies,
    SchedulingLimits limits,
    EvictionKind eviction,
    EvictionParameters evictionParameters,
    PrefetchProperties prefetch,
    LoadHabits habits,
    PredictorFactory predictor,
    WaitingRules waiting,
    int queueCapacity) {

  private static final int LONG_QUEUE = 100_000;

  public ServiceSettings {
    if (queueCapacity < 1) {
      throw new IllegalArgumentException(
          "a queue of %d; it must be at least 1".formatted(queueCapacity));
    }
  }

  /**
   * A policy with the service's defaults, the limits of a profile, and a queue that refuses nobody.
   */
  public static ServiceSettings of(PolicyKind policy, SimulationProfile profile) {
    return new ServiceSettings(
        policy,
        PolicySettings.DEFAULT,
        profile.limits(),
        EvictionKind.TAIL,
        EvictionParameters.DEFAULT,
        PrefetchProperties.byQueue(),
        policy.loadHabits(PolicySettings.DEFAULT),
        PredictorFactory.declared(),
        WaitingRules.NONE,
        LONG_QUEUE);
  }

  /** The same with another eviction policy. */
  public ServiceSettings with(EvictionKind other) {
    return new ServiceSettings(
        policy,
        policies,
        limits,
        other,
        evictionParameters,
        prefetch,
        habits,
        predictor,
        waiting,
        queueCapacity);
  }

  /** The same with other bounds on waiting. */
  public ServiceSettings with(WaitingRules other) {
    return new ServiceSettings(
        policy,
        policies,
        limits,
        eviction,
        evictionParameters,
        prefetch,
        habits,
        predictor,
        other,
        queueCapacity);
  }
}
