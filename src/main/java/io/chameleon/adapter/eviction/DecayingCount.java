package io.chameleon.adapter.eviction;

import java.time.Duration;

/**
 * A count of events in which each weighs less the longer it is past: half after a half-life. For
 * one thread.
 */
final class DecayingCount {

  private final double meanLifeNanos;
  private double count;
  private long countedNanos;

  /** A count of nothing, with a half-life over 0. */
  DecayingCount(Duration halfLife) {
    this.meanLifeNanos = halfLife.toNanos() / Math.log(2);
  }

  /** Counts an event. */
  void add(long nowNanos) {
    count = at(nowNanos) + 1;
    countedNanos = nowNanos;
  }

  /** What the events weigh at this time, 0 or more. */
  double at(long nowNanos) {
    return count * Math.exp(-Math.max(0, nowNanos - countedNanos) / meanLifeNanos);
  }

  /** The rate of events at this time, in events per nanosecond. */
  double perNano(long nowNanos) {
    return at(nowNanos) / meanLifeNanos;
  }
}
