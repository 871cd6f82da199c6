package io.chameleon.request;

import java.util.Locale;

/** Why a request that could be served is not served now; its client may come again. */
public enum Refusal {
  /** As many wait as may. */
  QUEUE_FULL,
  /** Its first token was expected after its deadline. */
  DEADLINE,
  /** Its wait was expected to be longer than its size class waits at most. */
  MAX_WAIT,
  /** It was admitted, and has waited until it was too late for it. */
  EXPIRED;

  /** Its name in metrics. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
