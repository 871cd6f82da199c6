package io.chameleon.scheduling;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The policy {@code fifo}.
 *
 * @param residentMayPass whether, while the head waits for memory, later requests may start whose
 *     adapter is resident (vLLM's rule for adapters that do not fit)
 * @param lookAhead how many requests behind such a head are looked at in a pass
 */
@ConfigurationProperties("chameleon.scheduling.fifo")
public record FifoProperties(
    @DefaultValue("false") boolean residentMayPass, @DefaultValue("64") int lookAhead) {

  /** Strictly first come, first served. */
  public static final FifoProperties DEFAULT = new FifoProperties(false, 64);

  public FifoProperties {
    Limits.require("fifo.look-ahead", lookAhead, 1, 1_000_000);
  }
}
