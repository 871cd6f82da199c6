package io.chameleon.adapter.eviction;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Runs recorded requests through a policy over a cache of limited bytes, on the clock of the
 * record: a request whose adapter is not resident waits for the load, for which others leave. What
 * the policy knows of load times and demand, it learns on the way. A request that comes while its
 * adapter is still being loaded waits for the rest of that load, and is a hit.
 *
 * <p>It leaves out what a record does not hold: leases, so that every resident may leave but the
 * one that is asked for, and queues, so that no wait delays another request. An adapter that is
 * larger than the cache is loaded for each of its requests and never kept.
 *
 * <p>For one thread; the outcome depends on nothing but what is given.
 */
public final class PolicyReplay {

  private static final double NANOS_PER_MILLI = 1e6;

  private static final int BETWEEN_ASKING = 64;

  private final EvictionPolicy policy;
  private final VictimChooser chooser;
  private final long cacheBytes;
  private final long targetNanos;
  private final Map<String, Resident> residents = new TreeMap<>();
  private long usedBytes;
  private long hits;
  private long evictions;
  private long overTarget;
  private double stallNanos;

  private PolicyReplay(EvictionPolicy policy, long cacheBytes, Duration target) {
    this.policy = policy;
    this.chooser = new VictimChooser(policy);
    this.cacheBytes = cacheBytes;
    this.targetNanos = target.toNanos();
  }

  /**
   * Replays requests over a cache that is empty at first.
   *
   * @param requests in the order of their times
   * @param policy one that has seen nothing yet
   * @param cacheBytes memory that adapters have, 0 or more
   * @param target the outcome tells how many requests waited longer
   */
  public static ReplayOutcome run(
      List<RecordedRequest> requests, EvictionPolicy policy, long cacheBytes, Duration target) {
    return run(requests, policy, cacheBytes, target, () -> true);
  }

  /**
   * Replays requests as long as it may.
   *
   * @param mayGoOn asked before each {@value #BETWEEN_ASKING} requests; the outcome tells how many
   *     were replayed
   */
  public static ReplayOutcome run(
      List<RecordedRequest> requests,
      EvictionPolicy policy,
      long cacheBytes,
      Duration target,
      BooleanSupplier mayGoOn) {
    if (cacheBytes < 0) {
      throw new IllegalArgumentException(
          "the cache has %d bytes; it must have 0 or more".formatted(cacheBytes));
    }
    var replay = new PolicyReplay(policy, cacheBytes, target);
    int served = 0;
    while (served < requests.size() && (served % BETWEEN_ASKING > 0 || mayGoOn.getAsBoolean())) {
      replay.serve(requests.get(served++));
    }
    return replay.outcome(served);
  }

  private void serve(RecordedRequest request) {
    policy.requested(request.adapter(), request.atNanos());
    Resident resident = residents.get(request.adapter());
    if (resident != null) {
      hits++;
      stall(Math.max(0, resident.readyNanos - request.atNanos()));
    } else {
      stall(request.loadNanos());
      load(request);
    }
  }

  private void stall(long nanos) {
    stallNanos += nanos;
    if (nanos > targetNanos) {
      overTarget++;
    }
  }

  private void load(RecordedRequest request) {
    EvictionCandidate adapter = request.candidate();
    if (adapter.bytes() > cacheBytes) {
      return;
    }
    makeRoom(adapter.bytes(), request.atNanos());
    residents.put(
        adapter.adapter(), new Resident(adapter, request.atNanos() + request.loadNanos()));
    usedBytes += adapter.bytes();
    policy.loaded(adapter, request.loadNanos(), request.atNanos());
  }

  private void makeRoom(long bytes, long nowNanos) {
    long free = cacheBytes - usedBytes;
    if (free >= bytes) {
      return;
    }
    List<EvictionCandidate> idle = residents.values().stream().map(r -> r.adapter).toList();
    var need = new EvictionNeed(EvictionReason.ADAPTER, bytes, free);
    for (EvictionCandidate victim : chooser.choose(need, idle, List.of(), nowNanos).victims()) {
      residents.remove(victim.adapter());
      usedBytes -= victim.bytes();
      evictions++;
      policy.evicted(victim.adapter(), nowNanos);
    }
  }

  private ReplayOutcome outcome(int requests) {
    double most = Math.max(1, requests);
    return new ReplayOutcome(
        policy.name(),
        cacheBytes,
        requests,
        hits,
        evictions,
        stallNanos / NANOS_PER_MILLI / most,
        overTarget / most);
  }

  /** An adapter in the cache, and when its load ends. */
  private record Resident(EvictionCandidate adapter, long readyNanos) {}
}
