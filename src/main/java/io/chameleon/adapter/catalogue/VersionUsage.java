package io.chameleon.adapter.catalogue;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often a version was asked for, and what its last load took; both outlive its stay in memory.
 * One thread counts, without allocating; any thread reads.
 */
public final class VersionUsage {

  private static final long NEVER = Long.MIN_VALUE;

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong lastNanos = new AtomicLong(NEVER);
  private final AtomicLong loadNanos = new AtomicLong();

  VersionUsage() {}

  /**
   * A request has asked for it.
   *
   * @param isHit whether it was found in device memory
   * @param nowNanos when, on the engine's monotonic clock
   */
  public void asked(boolean isHit, long nowNanos) {
    requests.setRelease(requests.getPlain() + 1);
    if (isHit) {
      hits.setRelease(hits.getPlain() + 1);
    }
    lastNanos.setRelease(nowNanos);
  }

  /** It has come into device memory, which has taken so long for whoever waited. */
  public void loaded(long nanos) {
    loadNanos.setRelease(nanos);
  }

  /** What its last load took; 0 if there was none. */
  public long loadNanos() {
    return loadNanos.get();
  }

  /** Requests that have asked for it. */
  public long requests() {
    return requests.get();
  }

  /** Those that found it in device memory. */
  public long hits() {
    return hits.get();
  }

  /** When it was last asked for, on the engine's monotonic clock; nothing if it never was. */
  public OptionalLong lastNanos() {
    long last = lastNanos.get();
    return last == NEVER ? OptionalLong.empty() : OptionalLong.of(last);
  }
}
