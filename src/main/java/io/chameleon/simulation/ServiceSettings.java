package io.chameleon.simulation;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.SchedulingLimits;
import java.time.Duration;

/**
 * How the service is set up that is simulated.
 *
 * @param policy who starts next
 * @param limits of a step
 * @param eviction which idle adapter leaves
 * @param evictionParameters its numbers
 * @param prefetch which adapters are loaded before they are needed
 * @param predictor makes what predicts output lengths
 * @param ttftDeadline who could only get a first token later is refused at once; zero for nobody
 * @param queueCapacity most requests that wait, at least 1
 * @param timesSent how often the bytes of an adapter go over the link for each load, at least 1;
 *     S-LoRA's code sends them twice
 */
public record ServiceSettings(
    PolicyKind policy,
    SchedulingLimits limits,
    EvictionKind eviction,
    EvictionParameters evictionParameters,
    PrefetchProperties prefetch,
    PredictorFactory predictor,
    Duration ttftDeadline,
    int queueCapacity,
    int timesSent) {

  private static final int LONG_QUEUE = 100_000;

  public ServiceSettings {
    if (queueCapacity < 1 || timesSent < 1) {
      throw new IllegalArgumentException(
          "a queue of %d and adapters sent %d times; both must be at least 1"
              .formatted(queueCapacity, timesSent));
    }
  }

  /**
   * A policy with the service's defaults, the limits of a profile, and a queue that refuses nobody.
   */
  public static ServiceSettings of(PolicyKind policy, SimulationProfile profile) {
    return new ServiceSettings(
        policy,
        profile.limits(),
        EvictionKind.TAIL,
        EvictionParameters.DEFAULT,
        PrefetchProperties.byQueue(),
        PredictorFactory.declared(),
        Duration.ZERO,
        LONG_QUEUE,
        1);
  }
}
