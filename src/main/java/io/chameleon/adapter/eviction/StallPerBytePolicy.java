package io.chameleon.adapter.eviction;

import java.time.Duration;
import java.util.List;

/**
 * Least stall saved per byte first: a score is the rate at which the adapter is asked for, times
 * what it costs to wait for its load, over its size; in milliseconds per second and MiB. The rate
 * decays, the load time is learned. It is the greedy rule of the fractional knapsack (Dantzig,
 * 1957) for requests that do not depend on each other.
 *
 * <p>With {@link MeanStallCost} it is {@code value-per-byte}, as web caches rank what is slow to
 * fetch (Wooster and Abrams, "Proxy caching that estimates page load delays", 1997). With {@link
 * TailStallCost} it is {@code tail}, which is this project's own.
 */
final class StallPerBytePolicy implements EvictionPolicy {

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BYTES_PER_MEBIBYTE = 1 << 20;

  private final EvictionKind kind;
  private final StallCost cost;
  private final LoadTimes loadTimes = new LoadTimes();
  private final AdapterHistory<Entry> history;

  StallPerBytePolicy(EvictionKind kind, Duration demandHalfLife, StallCost cost) {
    this.kind = kind;
    this.cost = cost;
    this.history = new AdapterHistory<>(() -> new Entry(new DecayingCount(demandHalfLife)));
  }

  @Override
  public String name() {
    return kind.propertyName();
  }

  @Override
  public void requested(String adapter, long nowNanos) {
    history.asked(adapter).demand.add(nowNanos);
  }

  @Override
  public void loaded(EvictionCandidate candidate, long loadNanos, long nowNanos) {
    loadTimes.loaded(candidate, loadNanos);
    LoadTime next = loadTimes.expected(candidate.adapter(), candidate.bytes());
    history.loaded(candidate.adapter()).costPerSize =
        millisPerMebibyte(cost.expectedNanos(next), candidate.bytes());
  }

  @Override
  public void evicted(String adapter, long nowNanos) {
    history.evicted(adapter);
  }

  @Override
  public double[] scores(List<EvictionCandidate> candidates, long nowNanos) {
    double[] scores = new double[candidates.size()];
    for (int i = 0; i < scores.length; i++) {
      Entry entry = history.find(candidates.get(i).adapter());
      scores[i] = entry == null ? 0 : entry.score(nowNanos);
    }
    return scores;
  }

  /** Milliseconds per MiB. */
  static double millisPerMebibyte(double nanos, long bytes) {
    return (nanos / NANOS_PER_MILLI) / (bytes / BYTES_PER_MEBIBYTE);
  }

  /** What is remembered of an adapter. */
  private static final class Entry {
    private final DecayingCount demand;
    private double costPerSize;

    Entry(DecayingCount demand) {
      this.demand = demand;
    }

    double score(long nowNanos) {
      return demand.perNano(nowNanos) * NANOS_PER_SECOND * costPerSize;
    }
  }
}
