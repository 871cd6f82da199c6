package io.chameleon.admission;

import java.time.Duration;

/**
 * How fast requests have lately left the queue while there was one: an exponentially weighted mean
 * of the time between two departures. Written by one thread, read by any.
 */
final class DepartureRate {

  /** What is answered while nothing has been measured, and the least that is ever answered. */
  static final Duration SHORTEST = Duration.ofSeconds(1);

  /** The most that is ever answered: what lies further off is not known. */
  static final Duration LONGEST = Duration.ofSeconds(60);

  private static final double WEIGHT_OF_NEWEST = 0.2;

  private static final double UNKNOWN = -1;

  private volatile double nanosPerDeparture = UNKNOWN;

  private boolean measuring;

  private long lastNanos;

  /**
   * Notes departures.
   *
   * @param count how many left, at least 1
   * @param stillWaiting how many are left in the queue; after 0 the time to the next departure says
   *     how rare requests are, not how fast they are served, and is not counted
   * @param nowNanos the time, on any monotonic clock
   */
  void departed(int count, int stillWaiting, long nowNanos) {
    if (measuring) {
      double latest = (double) (nowNanos - lastNanos) / count;
      double mean = nanosPerDeparture;
      nanosPerDeparture = mean == UNKNOWN ? latest : mean + WEIGHT_OF_NEWEST * (latest - mean);
    }
    measuring = stillWaiting > 0;
    lastNanos = nowNanos;
  }

  /** The time in which this many requests should leave, between 1 and 60 seconds. */
  Duration timeFor(int count) {
    double mean = nanosPerDeparture;
    if (mean == UNKNOWN) {
      return SHORTEST;
    }
    double nanos =
        Math.clamp(mean * count, (double) SHORTEST.toNanos(), (double) LONGEST.toNanos());
    return Duration.ofMillis((long) Math.ceil(nanos / 1e6));
  }
}
