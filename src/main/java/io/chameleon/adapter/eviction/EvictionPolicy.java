package io.chameleon.adapter.eviction;

import java.util.List;

/**
 * Says which idle adapter is worth least. It is told of every request, load and eviction, remembers
 * what it wants of them, and knows adapters by their content hash. It never decides alone: who is
 * leased, pinned or wanted by a queued request is the pool's knowledge. Time comes in as
 * nanoseconds of a monotonic clock; equal histories give equal scores. For one thread at a time.
 */
public interface EvictionPolicy {

  /** Its name in the configuration. */
  String name();

  /**
   * A request has asked for an adapter, resident or not. Allocates nothing for an adapter that is
   * remembered.
   */
  void requested(String adapter, long nowNanos);

  /**
   * An adapter has become resident.
   *
   * @param candidate what it is, and how large
   * @param loadNanos what its load has cost whoever waits for it
   */
  void loaded(EvictionCandidate candidate, long loadNanos, long nowNanos);

  /** An adapter has been evicted: this policy's choice, or gone for another reason. */
  void evicted(String adapter, long nowNanos);

  /**
   * What each candidate is worth, in their order; the lowest leaves first. Every score is finite;
   * its unit is the policy's own.
   *
   * @param candidates idle residents, each once
   */
  double[] scores(List<EvictionCandidate> candidates, long nowNanos);
}
