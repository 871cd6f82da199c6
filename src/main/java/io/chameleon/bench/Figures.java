package io.chameleon.bench;

import java.util.List;
import java.util.function.Predicate;

/**
 * What a load saw, over the requests due in the measured time; times to the first token in
 * milliseconds.
 *
 * @param requests how many of them were answered
 * @param medianMs median
 * @param p99Ms 99th percentile
 * @param perSecond answers that ended in the measured time, a second
 * @param smallP99Ms 99th percentile over the small ones
 * @param largeP99Ms 99th percentile over the large ones
 */
record Figures(
    int requests,
    double medianMs,
    double p99Ms,
    double perSecond,
    double smallP99Ms,
    double largeP99Ms) {

  private static final double TAIL = 0.99;

  /**
   * Sums a load up.
   *
   * @param from where the measured time begins, in seconds from the load's start
   * @param until where it ends
   * @throws IllegalStateException if there is none of a size
   */
  static Figures of(List<Served> all, double from, double until) {
    List<Served> due =
        all.stream().filter(s -> s.dueSeconds() >= from && s.dueSeconds() < until).toList();
    long ended = all.stream().filter(s -> s.endSeconds() >= from && s.endSeconds() < until).count();
    double[] small = times(due, s -> !s.large());
    double[] large = times(due, Served::large);
    if (small.length == 0 || large.length == 0) {
      throw new IllegalStateException(
          "%d small and %d large requests were answered; there must be some of both"
              .formatted(small.length, large.length));
    }
    double[] ttfts = times(due, s -> true);
    return new Figures(
        due.size(),
        Timings.median(ttfts),
        Timings.percentile(TAIL, ttfts),
        ended / (until - from),
        Timings.percentile(TAIL, small),
        Timings.percentile(TAIL, large));
  }

  private static double[] times(List<Served> served, Predicate<Served> which) {
    return served.stream().filter(which).mapToDouble(Served::ttftMs).toArray();
  }
}
