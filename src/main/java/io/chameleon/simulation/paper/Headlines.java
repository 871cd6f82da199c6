package io.chameleon.simulation.paper;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What the paper is known for, as our runs give it.
 *
 * @param p99CutPercent by how much Chameleon's P99 time to first token is under S-LoRA's, by load,
 *     in percent; over 0 where it is less
 * @param p50CutPercent the same of the median
 * @param throughputRatio Chameleon's throughput at the objective by S-LoRA's
 * @param knees throughput at the objective of the paper's systems, in requests per second
 * @param fifoRepaired Chameleon against the repaired baseline
 */
public record Headlines(
    Map<String, Double> p99CutPercent,
    Map<String, Double> p50CutPercent,
    double throughputRatio,
    Map<String, Double> knees,
    Against fifoRepaired) {

  private static final double HUNDREDTHS = 100;

  /**
   * Chameleon against another system.
   *
   * @param p99CutPercent as above
   * @param throughputRatio as above
   */
  public record Against(Map<String, Double> p99CutPercent, double throughputRatio) {}

  /** Of runs in which the load curves are made. */
  static Headlines of(LoadCurves curves, PaperRuns runs) {
    Map<String, Double> knees = new LinkedHashMap<>();
    LoadCurves.PAPER.forEach(system -> knees.put(system, rounded(knee(curves, runs, system))));
    return new Headlines(
        cuts(curves, runs, LoadCurves.BASELINE, RunSummary::p99TtftMs),
        cuts(curves, runs, LoadCurves.BASELINE, RunSummary::p50TtftMs),
        ratio(curves, runs, LoadCurves.BASELINE),
        knees,
        new Against(
            cuts(curves, runs, LoadCurves.REPAIRED, RunSummary::p99TtftMs),
            ratio(curves, runs, LoadCurves.REPAIRED)));
  }

  private static Map<String, Double> cuts(
      LoadCurves curves, PaperRuns runs, String baseline, ToDoubleFunction<RunSummary> value) {
    Map<String, Double> found = new LinkedHashMap<>();
    curves
        .cuts(runs, baseline, Map.of(), value)
        .forEach((load, cut) -> found.put(load, rounded(cut)));
    return found;
  }

  private static double ratio(LoadCurves curves, PaperRuns runs, String baseline) {
    return rounded(knee(curves, runs, LoadCurves.CHAMELEON) / knee(curves, runs, baseline));
  }

  private static double knee(LoadCurves curves, PaperRuns runs, String system) {
    return curves.capacity(runs, system, Map.of()).requestsPerSecond();
  }

  private static double rounded(double value) {
    return Math.round(value * HUNDREDTHS) / HUNDREDTHS;
  }
}
