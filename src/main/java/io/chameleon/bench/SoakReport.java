package io.chameleon.bench;

import java.util.Map;

/**
 * What a soak found, and its goals.
 *
 * @param traffic that was sent
 * @param changes of adapters that came and went
 * @param service what the service counted
 * @param left what it held when nobody asked any more
 * @param tokens what became of the answers that were asked for once more
 * @param card the card's memory over the load
 * @param heap the service's heap over the load
 */
record SoakReport(
    SoakTraffic traffic,
    int changes,
    Service service,
    LeftBehind left,
    Tokens tokens,
    CardMemory card,
    HeapSampler heap) {

  private static final Goal NONE = Goal.atMost(0);

  private static final Goal SOME = Goal.atLeast(1);

  /** Graphs of shapes that had not come yet, and what libtorch keeps; a leak has no end. */
  private static final double MOST_DRIFT_MIB = 64;

  private static final int THIRDS = 3;

  /**
   * Counts since the service's start.
   *
   * @param evictions adapters that left device memory for another
   * @param preemptions sequences that were put back
   * @param failedSteps steps of the engine that failed
   */
  record Service(double evictions, double preemptions, double failedSteps) {

    static Service of(StreamingClient client) {
      return new Service(
          count(client, "chameleon.adapter.evictions"),
          count(client, "chameleon.num.preemptions"),
          count(client, "chameleon.step.failed"));
    }

    /** A counter is there from its first count on. */
    private static double count(StreamingClient client, String name) {
      try {
        return StepReading.statistic(client.get("actuator/metrics/" + name), "COUNT");
      } catch (IllegalStateException none) {
        return 0;
      }
    }
  }

  /**
   * Verdicts on answers.
   *
   * @param own by the adapter that was asked
   * @param others by the base, which should have said something else
   * @param tie by how much less likely a token could be, in natural logarithms
   */
  record Tokens(
      Map<TokenCheck.Verdict, Integer> own, Map<TokenCheck.Verdict, Integer> others, double tie) {

    Tokens {
      own = Map.copyOf(own);
      others = Map.copyOf(others);
    }

    private int own(TokenCheck.Verdict verdict) {
      return own.getOrDefault(verdict, 0);
    }
  }

  /** The rows. */
  Report rows() {
    Report report = new Report("soak");
    report.add(ReportRow.of("answered", traffic.answered(), "requests").with(SOME));
    report.add(ReportRow.of("cancelled", traffic.cancelled(), "requests").with(SOME));
    report.add(ReportRow.of("adapter-gone", traffic.gone(), "requests"));
    report.add(ReportRow.of("failed", traffic.failures().size(), "requests").with(NONE));
    report.add(ReportRow.of("adapter-changes", changes, "times").with(SOME));
    report.add(ReportRow.of("evictions", service.evictions(), "adapters").with(SOME));
    report.add(ReportRow.of("preemptions", service.preemptions(), "times"));
    report.add(ReportRow.of("failed-steps", service.failedSteps(), "steps").with(NONE));
    addLeft(report);
    addTokens(report);
    addMemory(report);
    return report;
  }

  private void addLeft(Report report) {
    report.add(ReportRow.of("left-waiting", left.waiting(), "requests").with(NONE));
    report.add(ReportRow.of("left-running", left.running(), "requests").with(NONE));
    report.add(ReportRow.of("left-kv", left.kvCells(), "cells").with(NONE));
    report.add(ReportRow.of("left-unhealthy", left.isNothing() ? 0 : 1, "services").with(NONE));
  }

  private void addTokens(Report report) {
    report.add(ReportRow.of("tie", tokens.tie(), "nats"));
    report.add(ReportRow.of("alone-equal", tokens.own(TokenCheck.Verdict.EQUAL), "answers"));
    report.add(ReportRow.of("alone-tied", tokens.own(TokenCheck.Verdict.TIED), "answers"));
    report.add(ReportRow.of("alone-unknown", tokens.own(TokenCheck.Verdict.UNKNOWN), "answers"));
    report.add(
        ReportRow.of("alone-wrong", tokens.own(TokenCheck.Verdict.WRONG), "answers").with(NONE));
    report.add(
        ReportRow.of(
                "base-told-apart",
                tokens.others().getOrDefault(TokenCheck.Verdict.WRONG, 0),
                "answers")
            .with(SOME));
  }

  private void addMemory(Report report) {
    card.median(0, THIRDS)
        .ifPresent(first -> {
          double last = card.median(THIRDS - 1, THIRDS).orElse(first);
          report.add(ReportRow.of("card-first-third", first, "MiB"));
          report.add(ReportRow.of("card-last-third", last, "MiB"));
          report.add(
              ReportRow.of("card-drift", last - first, "MiB").with(Goal.atMost(MOST_DRIFT_MIB)));
        });
    report.add(ReportRow.of("heap-first-third", heap.least(0, THIRDS), "MiB"));
    report.add(ReportRow.of("heap-last-third", heap.least(THIRDS - 1, THIRDS), "MiB"));
  }
}
