package io.chameleon.admission.fairness;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the service has done for each key, a tenant or an adapter, so that whoever has had
 * least comes next: the virtual token counters of VTC (Sheng et al., OSDI 2024). A token of a
 * prompt counts {@value #INPUT_WEIGHT}, a generated one {@value #OUTPUT_WEIGHT}.
 *
 * <p>A key is active while requests of it wait. One that becomes active is lifted to the least
 * counter of those that are, or, if none is, to that of the key that was last: nobody saves up
 * service while asking for none. While two keys stay active and {@link #leastServed} says who comes
 * next, their counters differ by no more than a longest prompt and all outputs that run at once.
 *
 * <p>For one thread. Charging takes no memory.
 */
public final class TokenCounters {

  /** What a token of a prompt counts. */
  public static final int INPUT_WEIGHT = 1;

  /** What a generated token counts. */
  public static final int OUTPUT_WEIGHT = 2;

  private final int mostIdle;

  private final Map<String, Counter> active = new HashMap<>();

  /** In the order in which they became idle. */
  private final LinkedHashMap<String, Counter> idle = new LinkedHashMap<>();

  private Counter lastToLeave = new Counter();

  /** What one key has had, and how many of its requests wait. */
  private static final class Counter {

    private long served;

    private int waiting;
  }

  /**
   * Makes counters of nobody yet.
   *
   * @param mostIdle most keys that are remembered while none of their requests waits, at least 1;
   *     the one idle for longest is forgotten for another
   */
  public TokenCounters(int mostIdle) {
    if (mostIdle < 1) {
      throw new IllegalArgumentException(
          "%d idle keys to remember; it must be at least 1".formatted(mostIdle));
    }
    this.mostIdle = mostIdle;
  }

  /** A request of this key begins to wait. */
  public void activate(String key) {
    Counter counter = active.get(key);
    if (counter == null) {
      counter = Optional.ofNullable(idle.remove(key)).orElseGet(Counter::new);
      counter.served = Math.max(counter.served, leastActive());
      active.put(key, counter);
    }
    counter.waiting++;
  }

  /**
   * A request of this key waits no longer: it has started, or was given up.
   *
   * @throws IllegalStateException if none of this key waits
   */
  public void deactivate(String key) {
    Counter counter = active.get(key);
    if (counter == null) {
      throw new IllegalStateException("no request of the key %s waits".formatted(key));
    }
    counter.waiting--;
    if (counter.waiting == 0) {
      active.remove(key);
      lastToLeave = counter;
      remember(key, counter);
    }
  }

  /** A prompt of so many tokens is served for this key. */
  public void chargeInput(String key, int tokens) {
    charge(key, (long) INPUT_WEIGHT * tokens);
  }

  /** So many tokens were generated for this key. */
  public void chargeOutput(String key, int tokens) {
    charge(key, (long) OUTPUT_WEIGHT * tokens);
  }

  /**
   * Of these keys the one that has had least; of equals the first.
   *
   * @return nothing if there are none
   */
  public Optional<String> leastServed(Iterable<String> keys) {
    String least = null;
    long leastServed = Long.MAX_VALUE;
    for (String key : keys) {
      long served = served(key);
      if (least == null || served < leastServed) {
        least = key;
        leastServed = served;
      }
    }
    return Optional.ofNullable(least);
  }

  /** What this key has had, in weighted tokens, with what it was lifted by; 0 if not remembered. */
  public long served(String key) {
    Counter counter = find(key);
    return counter == null ? 0 : counter.served;
  }

  /** Keys that are remembered, active or not. */
  public int size() {
    return active.size() + idle.size();
  }

  private void charge(String key, long weighted) {
    Counter counter = find(key);
    if (counter == null) {
      counter = new Counter();
      remember(key, counter);
    }
    counter.served += weighted;
  }

  private @Nullable Counter find(String key) {
    Counter counter = active.get(key);
    return counter == null ? idle.get(key) : counter;
  }

  private void remember(String key, Counter counter) {
    idle.put(key, counter);
    if (idle.size() > mostIdle) {
      idle.pollFirstEntry();
    }
  }

  private long leastActive() {
    long least = Long.MAX_VALUE;
    for (Counter counter : active.values()) {
      least = Math.min(least, counter.served);
    }
    return active.isEmpty() ? lastToLeave.served : least;
  }
}
