package io.chameleon.scheduling;

import io.chameleon.scheduling.fairness.FairnessKey;
import io.chameleon.scheduling.fairness.TokenCounters;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who goes first in a queue; where no request has a priority or a fairness key, that is who came
 * first. For {@code fifo} and {@code chameleon}; {@code adaptive} takes the shares from here, and
 * priorities its own way; the others have an order of their own.
 *
 * @param priorities whether requests of a better priority go first
 * @param priorityTurn while requests of several priorities wait, every so many starts the turn is
 *     that of the priority that has gone without for longest, so that none starves, 2 or more
 * @param key whose share a request counts against; among equal priorities whoever has had least
 *     goes first (VTC, OSDI'24)
 * @param inputWeight what a token of a prompt counts
 * @param outputWeight what a generated token counts
 * @param idleKeys keys that are remembered in each queue while none of their requests waits
 */
@ConfigurationProperties("chameleon.scheduling.fairness")
public record FairnessProperties(
    @DefaultValue("true") boolean priorities,
    @DefaultValue("8") int priorityTurn,
    @DefaultValue("tenant") FairnessKey key,
    @DefaultValue("1") int inputWeight,
    @DefaultValue("2") int outputWeight,
    @DefaultValue("1024") int idleKeys) {

  /** What holds where nothing else is configured. */
  public static final FairnessProperties DEFAULT =
      new FairnessProperties(true, 8, FairnessKey.TENANT, 1, 2, 1024);

  /** The order of arrival, whoever asks. */
  public static final FairnessProperties NONE =
      new FairnessProperties(false, 8, FairnessKey.NONE, 1, 2, 1);

  public FairnessProperties {
    Limits.require("fairness.priority-turn", priorityTurn, 2, 1_000_000);
    Limits.require("fairness.input-weight", inputWeight, 0, 1_000);
    Limits.require("fairness.output-weight", outputWeight, 0, 1_000);
    Limits.require("fairness.idle-keys", idleKeys, 1, 1_000_000);
  }

  /** Counters of one queue. */
  public TokenCounters counters() {
    return new TokenCounters(inputWeight, outputWeight, idleKeys);
  }
}
