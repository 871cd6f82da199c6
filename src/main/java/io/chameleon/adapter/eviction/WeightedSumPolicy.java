package io.chameleon.adapter.eviction;

import java.time.Duration;
import java.util.List;

/**
 * The score of the Chameleon paper (MICRO'25, arXiv 2411.17741): a weighted sum of how often an
 * adapter was asked for within a window, how lately, and how large it is; the large stay because
 * they cost more to load again. With three equal weights it is the paper's FairShare.
 *
 * <p>The paper does not say how the terms are scaled. Here each is between 0 and 1: requests over
 * the most of any resident, one minus age over the greatest age of any resident, rank over the
 * largest rank of any resident.
 */
final class WeightedSumPolicy implements EvictionPolicy {

  private final EvictionKind kind;
  private final ScoreWeights weights;
  private final AdapterHistory<Usage> history;

  WeightedSumPolicy(EvictionKind kind, ScoreWeights weights, Duration window) {
    long windowNanos = window.toNanos();
    this.kind = kind;
    this.weights = weights;
    this.history = new AdapterHistory<>(() -> new Usage(windowNanos));
  }

  @Override
  public String name() {
    return kind.propertyName();
  }

  @Override
  public void requested(String adapter, long nowNanos) {
    Usage usage = history.asked(adapter);
    usage.requests.add(nowNanos);
    usage.lastNanos = nowNanos;
  }

  @Override
  public void loaded(EvictionCandidate candidate, long loadNanos, long nowNanos) {
    Usage usage = history.loaded(candidate.adapter());
    usage.rank = candidate.rank();
    usage.lastNanos = nowNanos;
  }

  @Override
  public void evicted(String adapter, long nowNanos) {
    history.evicted(adapter);
  }

  @Override
  public double[] scores(List<EvictionCandidate> candidates, long nowNanos) {
    Greatest greatest = greatest(nowNanos);
    return candidates.stream()
        .mapToDouble(candidate -> score(candidate, greatest, nowNanos))
        .toArray();
  }

  private double score(EvictionCandidate candidate, Greatest greatest, long nowNanos) {
    double size = share(candidate.rank(), greatest.rank);
    Usage usage = history.find(candidate.adapter());
    if (usage == null) {
      return weights.size() * size;
    }
    double frequency = share(usage.requests.at(nowNanos), greatest.requests);
    double recency = 1 - share(nowNanos - usage.lastNanos, greatest.ageNanos);
    return weights.frequency() * frequency + weights.recency() * recency + weights.size() * size;
  }

  private Greatest greatest(long nowNanos) {
    long requests = 0;
    long age = 0;
    long rank = 0;
    for (Usage usage : history.residents()) {
      requests = Math.max(requests, usage.requests.at(nowNanos));
      age = Math.max(age, nowNanos - usage.lastNanos);
      rank = Math.max(rank, usage.rank);
    }
    return new Greatest(requests, age, rank);
  }

  /** A part of the greatest, 0 to 1; 0 where all are 0. */
  private static double share(long part, long greatest) {
    return greatest == 0 ? 0 : Math.clamp((double) part / greatest, 0, 1);
  }

  /** The greatest of any resident, which a term is divided by. */
  private record Greatest(long requests, long ageNanos, long rank) {}

  /** What is remembered of an adapter. */
  private static final class Usage {
    private final WindowedCount requests;
    private long lastNanos;
    private int rank;

    Usage(long windowNanos) {
      this.requests = new WindowedCount(windowNanos);
    }
  }
}
