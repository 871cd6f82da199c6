package io.chameleon.adapter.pool;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Habits of S-LoRA's published code in loading adapters, each a switch, so that what they cost can
 * be measured. All are off unless the policy {@code s-lora} brings them.
 *
 * @param doubledCopies each adapter is copied to the device twice, as S-LoRA's two passes for A and
 *     B do
 * @param stallingLoads the engine waits for each copy, and all that run wait with it
 * @param discardAfterUse an adapter leaves device memory when its last user ends
 * @param prefetchByPolicy what queued requests want is loaded early when the policy says so, and
 *     not at each pass
 */
@ConfigurationProperties("chameleon.loads")
public record LoadHabits(
    @DefaultValue("false") boolean doubledCopies,
    @DefaultValue("false") boolean stallingLoads,
    @DefaultValue("false") boolean discardAfterUse,
    @DefaultValue("false") boolean prefetchByPolicy) {

  /** One copy beside the steps, and adapters stay as long as there is room. */
  public static final LoadHabits NONE = new LoadHabits(false, false, false, false);

  /** These, and others besides. */
  public LoadHabits and(LoadHabits others) {
    return new LoadHabits(
        doubledCopies || others.doubledCopies,
        stallingLoads || others.stallingLoads,
        discardAfterUse || others.discardAfterUse,
        prefetchByPolicy || others.prefetchByPolicy);
  }

  /** How often an adapter is copied. */
  int copies() {
    return doubledCopies ? 2 : 1;
  }
}
