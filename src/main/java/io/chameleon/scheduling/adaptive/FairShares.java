package io.chameleon.scheduling.adaptive;

import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.ScheduledBatch;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.fairness.FairnessKey;
import io.chameleon.scheduling.fairness.TokenAccount;
import io.chameleon.scheduling.fairness.TokenCounters;
import java.util.HashMap;
import java.util.Map;

/**
 * How much later a request counts as come whose client has had and asks for more of the service
 * than each other that waits, and how much earlier one whose client has had and asks for less: by
 * the time that the difference takes, at the rate at which tokens were lately served. Tokens are
 * counted and weighted as in VTC (Sheng et al., OSDI 2024), {@link TokenCounters}; those that wait
 * are counted as well, since a place is fixed on arrival, as in start-time fair queueing (Goyal,
 * Vin and Cheng, SIGCOMM 1996). A client that waits alone is neither. For one thread.
 */
final class FairShares {

  /** What a step still counts for after the next: some hundred steps are the rate of late. */
  private static final double KEEP = 0.99;

  private static final double NANOS_PER_MS = 1e6;

  private final FairnessKey key;

  private final int inputWeight;

  private final int outputWeight;

  private final TokenCounters counters;

  /** What those ask for that wait, in weighted tokens. */
  private final Map<TokenAccount, Long> waiting = new HashMap<>();

  private double ms;

  private double tokens;

  /** Nobody has been served yet. */
  FairShares(FairnessProperties properties) {
    this.key = properties.key();
    this.inputWeight = properties.inputWeight();
    this.outputWeight = properties.outputWeight();
    this.counters = properties.counters();
  }

  /**
   * A sequence begins to wait.
   *
   * @return what it is charged to, until {@link #leaves}
   */
  TokenAccount arrives(Sequence sequence) {
    TokenAccount account = counters.activate(key.of(sequence.request()));
    sequence.chargeTo(account);
    waiting.merge(account, tokens(sequence), Long::sum);
    return account;
  }

  /** It waits no longer. */
  void leaves(Sequence sequence, TokenAccount account) {
    waiting.computeIfPresent(account, (same, asked) -> asked - tokens(sequence));
    counters.deactivate(account);
    if (!account.isActive()) {
      waiting.remove(account);
    }
  }

  /**
   * How much later the next request of this account counts as come, in milliseconds; earlier if
   * below 0. To be asked before it arrives.
   */
  double laterMs(Sequence next) {
    TokenAccount account = counters.account(key.of(next.request()));
    long least = Long.MAX_VALUE;
    long leastServed = Long.MAX_VALUE;
    for (Map.Entry<TokenAccount, Long> other : waiting.entrySet()) {
      leastServed = Math.min(leastServed, other.getKey().served());
      if (other.getKey() != account) {
        least = Math.min(least, other.getKey().served() + other.getValue());
      }
    }
    if (least == Long.MAX_VALUE || tokens == 0) {
      return 0;
    }
    // Nobody saves up service while asking for none.
    long own = Math.max(account.served(), leastServed) + waiting.getOrDefault(account, 0L);
    return (own - least) * ms / tokens;
  }

  private long tokens(Sequence sequence) {
    return (long) inputWeight * sequence.request().promptTokens().length
        + (long) outputWeight * sequence.size().predictedOutputTokens();
  }

  /** Learns what a step took. */
  void stepped(ScheduledBatch step, long nanos) {
    int decoded = step.shape().decodeRows();
    double served =
        (double) outputWeight * decoded + (double) inputWeight * (step.shape().tokens() - decoded);
    ms = KEEP * ms + nanos / NANOS_PER_MS;
    tokens = KEEP * tokens + served;
  }
}
