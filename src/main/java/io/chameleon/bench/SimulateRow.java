package io.chameleon.bench;

import io.chameleon.simulation.Distribution;
import io.chameleon.simulation.RequestOutcome.Fate;
import io.chameleon.simulation.SimulationResult;
import java.util.List;
import java.util.Locale;

/**
 * One run of {@code simulate}. Times are milliseconds, the last one is wall time in seconds.
 *
 * @param system the policy, and the eviction where several are compared
 * @param load requests per second
 */
record SimulateRow(
    String system,
    double load,
    long finished,
    long refused,
    double p50Ttft,
    double p90Ttft,
    double p99Ttft,
    double p50Tbt,
    double p99Tbt,
    double meanQueue,
    double hitRatio,
    double p99Load,
    double throughput,
    long preempted,
    double tookSeconds) {

  static final List<String> HEADER =
      List.of(
          "policy",
          "req/s",
          "finished",
          "refused",
          "TTFT50",
          "TTFT90",
          "TTFT99",
          "TBT50",
          "TBT99",
          "queue",
          "hit",
          "load99",
          "thr",
          "preempt",
          "took");

  static SimulateRow of(String system, double load, SimulationResult result, double tookSeconds) {
    Distribution ttft = result.ttft();
    return new SimulateRow(
        system,
        load,
        result.count(Fate.FINISHED),
        result.count(Fate.REFUSED) + result.count(Fate.EXPIRED) + result.count(Fate.TOO_LONG),
        ttft.quantileMs(0.5),
        ttft.quantileMs(0.9),
        ttft.quantileMs(0.99),
        result.meanGaps().quantileMs(0.5),
        result.meanGaps().quantileMs(0.99),
        result.queueing().meanMs(),
        result.hitRatio(),
        result.adapterWaits().quantileMs(0.99),
        result.throughput(),
        result.totals().preemptions(),
        tookSeconds);
  }

  List<String> cells() {
    return List.of(
        system,
        format("%.2f", load),
        Long.toString(finished),
        Long.toString(refused),
        format("%.0f", p50Ttft),
        format("%.0f", p90Ttft),
        format("%.0f", p99Ttft),
        format("%.1f", p50Tbt),
        format("%.1f", p99Tbt),
        format("%.1f", meanQueue),
        format("%.3f", hitRatio),
        format("%.1f", p99Load),
        format("%.2f", throughput),
        Long.toString(preempted),
        format("%.2fs", tookSeconds));
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
