package io.chameleon.adapter.eviction;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * How often adapters were resident when they were asked for, and how long sequences waited for
 * them, as it really was; beside it stands what a {@link PolicyReplay} foretells. One thread
 * counts; any thread reads, and neither waits.
 */
public final class MeasuredStalls {

  /** Requests from one mark to the next: from marks on, sums can be told. */
  static final int MARK = 1024;

  private final long targetNanos;
  private final AtomicReferenceArray<Totals> marks;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong stallNanos = new AtomicLong();
  private final AtomicLong overTarget = new AtomicLong();

  /** Sums up to a moment. */
  private record Totals(long atNanos, long requests, long hits, long stallNanos, long overTarget) {}

  /**
   * Nothing is counted yet.
   *
   * @param kept requests that are looked back upon at most
   * @param target longer stalls are counted apart
   */
  MeasuredStalls(int kept, Duration target) {
    this.targetNanos = target.toNanos();
    this.marks = new AtomicReferenceArray<>(kept / MARK + 2);
  }

  /** The stall beyond which one is counted apart. */
  public Duration target() {
    return Duration.ofNanos(targetNanos);
  }

  /** A request has asked for an adapter. */
  public void asked(long nowNanos, boolean isHit) {
    long before = requests.getPlain();
    if (before % MARK == 0) {
      marks.set((int) (before / MARK % marks.length()), totals(nowNanos));
    }
    if (isHit) {
      hits.setRelease(hits.getPlain() + 1);
    }
    requests.setRelease(before + 1);
  }

  /** A sequence has waited for its adapter to be loaded. */
  public void stalled(long nanos) {
    stallNanos.setRelease(stallNanos.getPlain() + nanos);
    if (nanos > targetNanos) {
      overTarget.setRelease(overTarget.getPlain() + 1);
    }
  }

  /**
   * What was measured since a moment, or, if that is too long ago, since the oldest mark; at most
   * {@value #MARK} requests from there on are left out.
   *
   * @param nanos on the clock of those who count
   */
  public Measured since(long nanos) {
    Totals now = totals(nanos);
    Totals from = now;
    for (int i = 0; i < marks.length(); i++) {
      Totals mark = marks.get(i);
      boolean isWithin = mark != null && mark.atNanos - nanos >= 0;
      if (isWithin && mark.requests <= from.requests) {
        from = mark;
      }
    }
    return between(from, now);
  }

  private Totals totals(long nanos) {
    return new Totals(nanos, requests.get(), hits.get(), stallNanos.get(), overTarget.get());
  }

  private static Measured between(Totals from, Totals to) {
    long count = to.requests - from.requests;
    double most = Math.max(1, count);
    return new Measured(
        from.atNanos,
        count,
        to.hits - from.hits,
        (to.stallNanos - from.stallNanos) / 1e6 / most,
        (to.overTarget - from.overTarget) / most);
  }

  /**
   * What was measured.
   *
   * @param sinceNanos from when on
   * @param requests for adapters since
   * @param hits those whose adapter was resident
   * @param meanStallMillis milliseconds that a request waited for its adapter, on average
   * @param overTargetShare share of the requests that waited longer than the target, 0 to 1
   */
  public record Measured(
      long sinceNanos, long requests, long hits, double meanStallMillis, double overTargetShare) {

    /** Share of the requests whose adapter was resident, 0 to 1; 0 without requests. */
    public double hitRate() {
      return requests == 0 ? 0 : (double) hits / requests;
    }
  }
}
