package io.chameleon.adapter.eviction;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long loads take, learned from those there were: mean and spread for each adapter from its own
 * loads, and for those with few from a prior by size that all loads teach. Newer loads weigh more.
 * For one thread.
 */
public final class LoadTimes {

  /** Own loads that the prior weighs as much as. */
  private static final double PRIOR_LOADS = 1;

  /** What an adapter's older loads weigh after each further one, so about ten count. */
  private static final double OWN_DECAY = 0.9;

  /** A spread of 0 would call what comes next certain. */
  private static final double LEAST_SPREAD = 0.02;

  private final LoadTimePrior prior = new LoadTimePrior();
  private final Map<String, Moments> own =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Moments> eldest) {
          return size() > AdapterHistory.MOST_ABSENT;
        }
      };

  /**
   * Learns from a load.
   *
   * @param candidate what was loaded
   * @param loadNanos how long it took, 0 or more
   */
  public void loaded(EvictionCandidate candidate, long loadNanos) {
    if (loadNanos < 0) {
      throw new IllegalArgumentException("a load of %d ns".formatted(loadNanos));
    }
    prior.add(candidate.bytes(), loadNanos);
    own.computeIfAbsent(candidate.adapter(), _ -> new Moments(OWN_DECAY)).add((double) loadNanos);
  }

  /** How long the next load of this adapter takes on average, in nanoseconds; over 0. */
  public double expectedNanos(String adapter, long bytes) {
    return expected(adapter, bytes).meanNanos();
  }

  /** How long the next load of this adapter may take. */
  LoadTime expected(String adapter, long bytes) {
    LoadTime before = prior.expected(bytes);
    Moments seen = own.get(adapter);
    return seen == null ? before : blend(before, seen);
  }

  /** Adapters whose own loads are remembered. */
  int size() {
    return own.size();
  }

  /** The posterior mean and variance under a normal-inverse-gamma prior of a few loads. */
  private static LoadTime blend(LoadTime before, Moments seen) {
    double weight = PRIOR_LOADS / (PRIOR_LOADS + seen.weight());
    double between = before.meanNanos() - seen.mean();
    double mean = seen.mean() + weight * between;
    double deviation = before.meanNanos() * before.spread();
    double variance =
        weight * deviation * deviation
            + (1 - weight) * seen.variance()
            + weight * (1 - weight) * between * between;
    return new LoadTime(mean, Math.max(LEAST_SPREAD, Math.sqrt(variance) / mean));
  }
}
