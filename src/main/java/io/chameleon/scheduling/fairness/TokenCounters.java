package io.chameleon.scheduling.fairness;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the service has done for each key, a tenant or an adapter, so that whoever has had
 * least comes next: the virtual token counters of VTC (Sheng et al., OSDI 2024).
 *
 * <p>A key is active while requests of it wait. One that becomes active is lifted to the least
 * counter of those that are, or, if none is, to that of the key that was last: nobody saves up
 * service while asking for none. While two keys stay active and whoever has had least comes next,
 * their counters differ by no more than a longest prompt and all outputs that run at once.
 *
 * <p>For one thread. Charging takes no memory.
 */
public final class TokenCounters {

  private final int inputWeight;

  private final int outputWeight;

  private final int mostIdle;

  private final Map<String, TokenAccount> active = new HashMap<>();

  /** In the order in which they became idle. */
  private final LinkedHashMap<String, TokenAccount> idle = new LinkedHashMap<>();

  private @Nullable TokenAccount lastToLeave;

  /**
   * Makes counters of nobody yet.
   *
   * @param inputWeight what a token of a prompt counts, 0 or more
   * @param outputWeight what a generated one counts, 0 or more
   * @param mostIdle most keys that are remembered while none of their requests waits, at least 1;
   *     the one idle for longest is forgotten for another
   */
  public TokenCounters(int inputWeight, int outputWeight, int mostIdle) {
    if (inputWeight < 0 || outputWeight < 0) {
      throw new IllegalArgumentException(
          "tokens count %d and %d; each must count 0 or more".formatted(inputWeight, outputWeight));
    }
    if (mostIdle < 1) {
      throw new IllegalArgumentException(
          "%d idle keys to remember; it must be at least 1".formatted(mostIdle));
    }
    this.inputWeight = inputWeight;
    this.outputWeight = outputWeight;
    this.mostIdle = mostIdle;
  }

  /** The account of a key, as it is; a new one if the key is not remembered. */
  public TokenAccount account(String key) {
    TokenAccount account = active.get(key);
    if (account == null) {
      account = idle.get(key);
    }
    if (account == null) {
      account = new TokenAccount(key, inputWeight, outputWeight);
      remember(account);
    }
    return account;
  }

  /** A request of this key begins to wait; the account that it is to be charged to. */
  public TokenAccount activate(String key) {
    TokenAccount account = active.get(key);
    if (account == null) {
      account = idle.remove(key);
      if (account == null) {
        account = new TokenAccount(key, inputWeight, outputWeight);
      }
      account.liftTo(leastActive());
      active.put(key, account);
    }
    account.begins();
    return account;
  }

  /**
   * A request waits no longer: it has started, or was given up.
   *
   * @param account of its key
   * @throws IllegalStateException if none of this key waits
   */
  public void deactivate(TokenAccount account) {
    if (!account.isActive()) {
      throw new IllegalStateException("no request of the key %s waits".formatted(account.key()));
    }
    account.ends();
    if (!account.isActive()) {
      active.remove(account.key());
      lastToLeave = account;
      remember(account);
    }
  }

  /** Keys that are remembered, active or not. */
  public int size() {
    return active.size() + idle.size();
  }

  private void remember(TokenAccount account) {
    idle.put(account.key(), account);
    if (idle.size() > mostIdle) {
      idle.pollFirstEntry();
    }
  }

  private long leastActive() {
    long least = Long.MAX_VALUE;
    for (TokenAccount account : active.values()) {
      least = Math.min(least, account.served());
    }
    if (least == Long.MAX_VALUE) {
      return lastToLeave == null ? 0 : lastToLeave.served();
    }
    return least;
  }
}
