package io.chameleon.bench;

import io.chameleon.simulation.StepCost;
import io.chameleon.simulation.StepLoad;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What goes by between two steps of a service, linear in the sequences that decoded in the first:
 * each of them is given a token.
 *
 * @param fixedMs whatever the step, 0 or more
 * @param perRowMs for each sequence, 0 or more
 */
record BetweenSteps(double fixedMs, double perRowMs) {

  /**
   * One time between two steps.
   *
   * @param behind the step before it
   * @param ms how long it was
   */
  record Gap(StepLoad behind, double ms) {

    private int rows() {
      return behind.decodeRows();
    }
  }

  /**
   * The line nearest to what was measured, by the sum of squares, of those that begin and rise at 0
   * or more.
   *
   * @param given what holds where nothing was measured
   */
  static BetweenSteps of(StepCost given, List<Gap> gaps) {
    if (gaps.isEmpty()) {
      return new BetweenSteps(given.schedulingMs(), given.schedulingPerRowMs());
    }
    double meanRows = mean(gaps, Gap::rows);
    double meanMs = mean(gaps, Gap::ms);
    double squares = mean(gaps, gap -> Math.pow(gap.rows() - meanRows, 2));
    double together = mean(gaps, gap -> (gap.rows() - meanRows) * (gap.ms() - meanMs));
    double perRow = squares == 0 ? 0 : Math.max(0, together / squares);
    double fixed = meanMs - perRow * meanRows;
    if (fixed >= 0) {
      return new BetweenSteps(fixed, perRow);
    }
    double fromNothing =
        mean(gaps, gap -> gap.rows() * gap.ms())
            / mean(gaps, gap -> (double) gap.rows() * gap.rows());
    return new BetweenSteps(0, Math.max(0, fromNothing));
  }

  /** The mean of something of each gap; there is one at least. */
  static double mean(List<Gap> gaps, ToDoubleFunction<Gap> value) {
    return gaps.stream().mapToDouble(value).average().orElseThrow();
  }
}
