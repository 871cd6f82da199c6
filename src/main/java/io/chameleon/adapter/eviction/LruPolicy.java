package io.chameleon.adapter.eviction;

import java.util.List;

/**
 * Least recently used first: a score is minus the seconds since the adapter was last asked for, or
 * loaded. What vLLM, SGLang and LoRAX do.
 */
final class LruPolicy implements EvictionPolicy {

  private static final double NANOS_PER_SECOND = 1e9;

  private final AdapterHistory<LastUse> history = new AdapterHistory<>(LastUse::new);

  @Override
  public String name() {
    return EvictionKind.LRU.propertyName();
  }

  @Override
  public void requested(String adapter, long nowNanos) {
    history.asked(adapter).nanos = nowNanos;
  }

  @Override
  public void loaded(EvictionCandidate candidate, long loadNanos, long nowNanos) {
    history.loaded(candidate.adapter()).nanos = nowNanos;
  }

  @Override
  public void evicted(String adapter, long nowNanos) {
    history.evicted(adapter);
  }

  @Override
  public double[] scores(List<EvictionCandidate> candidates, long nowNanos) {
    double[] scores = new double[candidates.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -ageSeconds(candidates.get(i).adapter(), nowNanos);
    }
    return scores;
  }

  private double ageSeconds(String adapter, long nowNanos) {
    LastUse last = history.find(adapter);
    return (last == null ? Long.MAX_VALUE : nowNanos - last.nanos) / NANOS_PER_SECOND;
  }

  /** When an adapter was last used, on the clock of the policy. */
  private static final class LastUse {
    private long nanos;
  }
}
