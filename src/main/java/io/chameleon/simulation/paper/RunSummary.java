package io.chameleon.simulation.paper;

import io.chameleon.simulation.Distribution;
import io.chameleon.simulation.RequestOutcome;
import io.chameleon.simulation.RequestOutcome.Fate;
import io.chameleon.simulation.SimulationResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is kept of a run. Times are milliseconds.
 *
 * @param p50TtftMs median time to first token
 * @param p99TtftMs its 99th percentile
 * @param p99TbtMs 99th percentile over requests of their mean time between tokens
 * @param p99TtftByRankMs as {@code p99TtftMs}, by rank of the adapter
 * @param loads times that requests waited for their adapter's load alone
 * @param queueing times in the queue by size class, smallest first
 * @param peakTtftMs largest 99th percentile of time to first token over windows of arrivals
 * @param busyShare share of the run that the engine spends in steps
 * @param copiesPerSecond adapters sent over the link
 * @param hitRatio share of requests whose adapter was on the device
 * @param preempted sequences put back, as a share of requests
 * @param unfinished requests that did not get all their tokens
 */
public record RunSummary(
    double p50TtftMs,
    double p99TtftMs,
    double p99TbtMs,
    Map<Integer, Double> p99TtftByRankMs,
    LoadTimes loads,
    List<Double> queueing,
    double peakTtftMs,
    double busyShare,
    double copiesPerSecond,
    double hitRatio,
    double preempted,
    long unfinished) {

  /**
   * Quantiles of the time that loads take on the critical path, in milliseconds.
   *
   * @param zeroShare share of requests that wait for none
   */
  public record LoadTimes(
      double zeroShare, double p50, double p75, double p90, double p95, double p99, double max) {

    private static LoadTimes of(Distribution waits) {
      return new LoadTimes(
          1 - waits.shareOver(0),
          waits.quantileMs(0.5),
          waits.quantileMs(0.75),
          waits.quantileMs(0.9),
          waits.quantileMs(0.95),
          waits.quantileMs(0.99),
          waits.maxMs());
    }
  }

  private static final double P99 = 0.99;

  private static final double NANOS_PER_SECOND = 1e9;

  public RunSummary {
    p99TtftByRankMs = Map.copyOf(p99TtftByRankMs);
    queueing = List.copyOf(queueing);
  }

  /**
   * Of a run.
   *
   * @param classes puts requests into size classes
   * @param window over which the peak is taken
   */
  static RunSummary of(SimulationResult result, RequestClasses classes, Duration window) {
    SimulationResult.Totals totals = result.totals();
    long all = result.outcomes().size();
    Distribution ttft = result.ttft();
    return new RunSummary(
        ttft.quantileMs(0.5),
        ttft.quantileMs(P99),
        result.meanGaps().quantileMs(P99),
        byRank(result),
        LoadTimes.of(result.adapterWaits()),
        queueing(result, classes),
        peak(result, window.toNanos() / NANOS_PER_SECOND),
        (double) totals.busyNanos() / totals.makespanNanos(),
        totals.copies() / (totals.makespanNanos() / NANOS_PER_SECOND),
        result.hitRatio(),
        (double) totals.preemptions() / all,
        all - result.count(Fate.FINISHED));
  }

  private static Map<Integer, Double> byRank(SimulationResult result) {
    return result.outcomes().stream()
        .filter(RequestOutcome::isFinished)
        .collect(
            Collectors.groupingBy(
                RequestOutcome::rank,
                TreeMap::new,
                Collectors.collectingAndThen(Collectors.toList(), RunSummary::p99)));
  }

  private static List<Double> queueing(SimulationResult result, RequestClasses classes) {
    Map<Integer, Distribution> byClass = result.queueingBy(classes::of);
    double[] means = new double[classes.count()];
    Arrays.setAll(means, i -> byClass.containsKey(i) ? byClass.get(i).meanMs() : 0);
    return Arrays.stream(means).boxed().toList();
  }

  private static double peak(SimulationResult result, double windowSeconds) {
    return result.outcomes().stream()
        .filter(RequestOutcome::isFinished)
        .collect(
            Collectors.groupingBy(
                outcome -> (long) (outcome.request().seconds() / windowSeconds),
                Collectors.collectingAndThen(Collectors.toList(), RunSummary::p99)))
        .values()
        .stream()
        .mapToDouble(p99 -> p99)
        .max()
        .orElse(0);
  }

  private static double p99(List<RequestOutcome> outcomes) {
    return Distribution.of(outcomes.stream().mapToLong(RequestOutcome::firstTokenNanos))
        .quantileMs(P99);
  }
}
