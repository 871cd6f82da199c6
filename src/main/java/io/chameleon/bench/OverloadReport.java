package io.chameleon.bench;

import java.util.List;

/**
 * The rows of the overload proof, with their goals. {@code accepted} are all that were let in:
 * those that were answered, and those that were ended with a 429 when they could not be in time any
 * more, which therefore are not in time. {@code refused} are those that were told so when they
 * came; their times are the client's, {@code in-service} is the part of it from the last byte of
 * the request to the refusal: waiting for a thread, being planned, and the rest.
 */
final class OverloadReport {

  private static final double LEAST_GOODPUT = 0.9;

  private static final double LEAST_IN_TIME = 0.99;

  private static final double MOST_REFUSAL_MS = 50;

  /** What caches and pools of connections may take that had not been used before. */
  private static final double MOST_HEAP_GROWTH = 1.2;

  /** Of the thirds, between which young collections leave what has grown old. */
  private static final double MOST_DRIFT = 1.5;

  private static final double TAIL = 0.99;

  /** Of a refusal's way through the service. */
  private static final List<String> PARTS = List.of("thread", "plan", "decide");

  private static final Goal NONE = Goal.atMost(0);

  private OverloadReport() {}

  /**
   * Makes the report.
   *
   * @param capacity requests per second that the service answers when it is always asked
   * @param cold of the same load before, while the code of a refusal was loaded and compiled
   * @param tally of the load
   * @param heap over the load
   */
  static Report of(
      double capacity, OverloadTally cold, OverloadTally tally, HeapUse heap, LeftBehind left) {
    Report report = new Report("overload");
    report.add(ReportRow.of("capacity", capacity, "1/s"));
    report.add(ReportRow.of("sent", tally.sent().size(), "requests"));
    report.add(ReportRow.of("sent-late-p99", Sent.lateness(tally.sent()), "ms"));
    addAccepted(report, capacity, tally);
    addRefused(report, tally);
    addCold(report, cold);
    addHeap(report, heap);
    report.add(ReportRow.of("left-waiting", left.waiting(), "requests").with(NONE));
    report.add(ReportRow.of("left-running", left.running(), "requests").with(NONE));
    report.add(ReportRow.of("left-kv", left.kvCells(), "cells").with(NONE));
    report.add(ReportRow.of("left-unhealthy", left.isNothing() ? 0 : 1, "services").with(NONE));
    return report;
  }

  private static void addAccepted(Report report, double capacity, OverloadTally tally) {
    report.add(ReportRow.of("accepted", tally.accepted(), "requests"));
    report.add(ReportRow.of("accepted-answered", tally.answered().size(), "requests"));
    report.add(ReportRow.of("accepted-ended-late", tally.endedLate().size(), "requests"));
    report.add(
        ReportRow.of("goodput", tally.goodput(), "1/s")
            .under(capacity, "the capacity")
            .with(Goal.atLeast(LEAST_GOODPUT)));
    if (tally.accepted() > 0) {
      report.add(
          ReportRow.of("accepted-in-time", tally.inTime(), "share")
              .with(Goal.atLeast(LEAST_IN_TIME)));
    }
    if (!tally.answered().isEmpty()) {
      report.add(
          ReportRow.of("accepted-ttft-p99", Timings.percentile(TAIL, tally.ttftMs()), "ms")
              .under(tally.deadlineMs(), "the deadline"));
    }
  }

  private static void addRefused(Report report, OverloadTally tally) {
    double[] refusals = tally.clientMs(tally.refused());
    report.add(ReportRow.of("refused", refusals.length, "requests"));
    if (refusals.length > 0) {
      report.add(ReportRow.of("refused-median", Timings.median(refusals), "ms"));
      report.add(tail("refused-p99", refusals).with(Goal.atMost(MOST_REFUSAL_MS)));
      report.add(
          ReportRow.of("refused-last", Timings.percentile(1, refusals), "ms")
              .with(Goal.atMost(MOST_REFUSAL_MS)));
      report.add(tail("refused-p99-in-service", tally.partMs(RefusalTiming.WHOLE)));
      for (String part : PARTS) {
        report.add(tail("refused-p99-" + part, tally.partMs(part)));
      }
      report.add(tail("refused-p99-outside", tally.outsideMs()));
      report.add(ReportRow.of("refused-last-sent-at", tally.slowestRefusalSeconds(), "s"));
    }
    report.add(
        ReportRow.of("refused-without-hint", (double) tally.impolite(), "requests").with(NONE));
    report.add(ReportRow.of("failed", tally.failures().size(), "requests").with(NONE));
  }

  /** The same of a service that has not refused anybody before, nor has the generator seen it. */
  private static void addCold(Report report, OverloadTally cold) {
    double[] refusals = cold.clientMs(cold.refused());
    if (refusals.length > 0) {
      report.add(tail("cold-refused-p99", refusals));
      report.add(ReportRow.of("cold-refused-last", Timings.percentile(1, refusals), "ms"));
    }
  }

  private static ReportRow tail(String name, double... ms) {
    return ReportRow.of(name, Timings.percentile(TAIL, ms), "ms");
  }

  private static void addHeap(Report report, HeapUse heap) {
    report.add(ReportRow.of("heap-collections", heap.collections(), "times"));
    report.add(ReportRow.of("heap-before", heap.before(), "MiB"));
    report.add(ReportRow.of("heap-first-third", heap.first(), "MiB"));
    report.add(ReportRow.of("heap-middle-third", heap.middle(), "MiB"));
    ReportRow last =
        ReportRow.of("heap-last-third", heap.last(), "MiB").under(heap.first(), "the first third");
    report.add(heap.hasTrend() ? last.with(Goal.atMost(MOST_DRIFT)) : last);
    report.add(
        ReportRow.of("heap-after", heap.after(), "MiB")
            .under(heap.before(), "before the load")
            .with(Goal.atMost(MOST_HEAP_GROWTH)));
  }
}
