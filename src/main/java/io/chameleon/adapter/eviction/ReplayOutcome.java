package io.chameleon.adapter.eviction;

/**
 * What a replay came to.
 *
 * @param policy name of the policy
 * @param cacheBytes memory that adapters had
 * @param requests how many were replayed
 * @param hits requests whose adapter was resident
 * @param evictions adapters that left
 * @param meanStallMillis milliseconds that a request waited for its adapter, on average; hits count
 *     with 0
 * @param overTargetShare share of the requests that waited longer than the target, 0 to 1
 */
public record ReplayOutcome(
    String policy,
    long cacheBytes,
    long requests,
    long hits,
    long evictions,
    double meanStallMillis,
    double overTargetShare) {

  /** Share of the requests whose adapter was resident, 0 to 1; 0 without requests. */
  public double hitRate() {
    return requests == 0 ? 0 : (double) hits / requests;
  }
}
