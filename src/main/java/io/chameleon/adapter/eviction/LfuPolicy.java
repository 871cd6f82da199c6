package io.chameleon.adapter.eviction;

import java.time.Duration;
import java.util.List;

/**
 * Least frequently used first, with ageing: a score is a count of requests in which one weighs half
 * after a half-life, so what was hot once does not stay for ever. It is TinyLFU's frequency, whose
 * counters are halved regularly (Einziger, Friedman and Manes, "TinyLFU: a highly efficient cache
 * admission policy", 2017), made continuous.
 */
final class LfuPolicy implements EvictionPolicy {

  private final AdapterHistory<DecayingCount> history;

  LfuPolicy(Duration demandHalfLife) {
    this.history = new AdapterHistory<>(() -> new DecayingCount(demandHalfLife));
  }

  @Override
  public String name() {
    return EvictionKind.LFU.propertyName();
  }

  @Override
  public void requested(String adapter, long nowNanos) {
    history.asked(adapter).add(nowNanos);
  }

  @Override
  public void loaded(EvictionCandidate candidate, long loadNanos, long nowNanos) {
    history.loaded(candidate.adapter());
  }

  @Override
  public void evicted(String adapter, long nowNanos) {
    history.evicted(adapter);
  }

  @Override
  public double[] scores(List<EvictionCandidate> candidates, long nowNanos) {
    double[] scores = new double[candidates.size()];
    for (int i = 0; i < scores.length; i++) {
      DecayingCount requests = history.find(candidates.get(i).adapter());
      scores[i] = requests == null ? 0 : requests.at(nowNanos);
    }
    return scores;
  }
}
