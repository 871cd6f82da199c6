package io.chameleon.adapter.pool;

import io.chameleon.adapter.eviction.EvictionPolicy;
import io.chameleon.request.AdapterTier;
import java.util.function.LongSupplier;

/**
 * Counts requests for adapters: for the meters, for the version, and, once the hash is known, for
 * the policy and the trace. For the engine thread alone.
 */
final class RequestCounts {

  private final PoolDevice device;
  private final EvictionPolicy policy;
  private final PoolReports reports;
  private final LongSupplier nanoClock;

  RequestCounts(
      PoolDevice device, EvictionPolicy policy, PoolReports reports, LongSupplier nanoClock) {
    this.device = device;
    this.policy = policy;
    this.reports = reports;
    this.nanoClock = nanoClock;
  }

  /** A request has come, and found its version here. */
  void asked(PoolLease lease) {
    boolean isHit = lease.foundIn() == AdapterTier.DEVICE;
    reports.meters().requested(lease.foundIn());
    lease.use().version().usage().asked(isHit, nanoClock.getAsLong());
    count(lease);
  }

  /**
   * Tells the policy and the trace of a request, once its adapter's hash is known, and what its
   * load takes: at the first request, that is when it is lent.
   */
  void count(PoolLease lease) {
    VersionUse use = lease.use();
    String hash = use.contentHash();
    long loadNanos = use.version().usage().loadNanos();
    boolean isKnown = loadNanos > 0 || lease.isLent();
    if (hash != null && isKnown && !lease.takeCounted()) {
      long now = nanoClock.getAsLong();
      policy.requested(hash, now);
      long bytes = device.cellsFor(use.version().shape().packedBytes()) * device.cellBytes();
      reports.trace().record(now, hash, use.version().shape().rank(), bytes, loadNanos);
      reports.trace().measured().asked(now, lease.foundIn() == AdapterTier.DEVICE);
    }
  }

  /** A lease could not be lent because its adapter is being loaded. */
  void missing(PoolLease lease) {
    lease.missingSince(nanoClock.getAsLong());
  }

  /** A lease is lent, for the first time or again. */
  void lent(PoolLease lease) {
    count(lease);
    if (lease.isMissing()) {
      reports.trace().measured().stalled(lease.takeMissing(nanoClock.getAsLong()));
    }
    PrefetchKind prefetch = lease.resident().takePrefetch();
    if (prefetch != null) {
      reports.meters().prefetchEnded(prefetch.label(), true);
    }
  }
}
