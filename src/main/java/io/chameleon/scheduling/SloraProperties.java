package io.chameleon.scheduling;

import io.chameleon.adapter.pool.LoadHabits;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The policy {@code s-lora}: what S-LoRA's published code does, each habit by itself.
 *
 * @param admissionPeriod steps between two looks at the queue while anything runs
 * @param worstCaseFit whether a request starts only if all that run could use up what they declare
 * @param promptShare one part in so many of the arena is the most that the prompts started at one
 *     look may take
 * @param prefetchSteps the steps after a look at which adapters are loaded that the next look is
 *     likely to want; empty for none
 * @param doubledCopies whether each adapter is copied to the device twice
 * @param stallingLoads whether the engine waits for each load
 * @param discardAfterUse whether an adapter leaves device memory after its last use
 */
@ConfigurationProperties("chameleon.scheduling.s-lora")
public record SloraProperties(
    @DefaultValue("10") int admissionPeriod,
    @DefaultValue("true") boolean worstCaseFit,
    @DefaultValue("6") int promptShare,
    @DefaultValue({"5", "7"}) List<Integer> prefetchSteps,
    @DefaultValue("true") boolean doubledCopies,
    @DefaultValue("true") boolean stallingLoads,
    @DefaultValue("true") boolean discardAfterUse) {

  /** As published. */
  public static final SloraProperties PUBLISHED =
      new SloraProperties(10, true, 6, List.of(5, 7), true, true, true);

  public SloraProperties {
    Limits.require("s-lora.admission-period", admissionPeriod, 1, 1000);
    Limits.require("s-lora.prompt-share", promptShare, 1, 1000);
    prefetchSteps = List.copyOf(prefetchSteps);
    for (int step : prefetchSteps) {
      Limits.require("s-lora.prefetch-steps", step, 0, admissionPeriod);
    }
  }

  /** Those of the habits that are the pool's. */
  public LoadHabits loadHabits() {
    return new LoadHabits(doubledCopies, stallingLoads, discardAfterUse, true);
  }
}
