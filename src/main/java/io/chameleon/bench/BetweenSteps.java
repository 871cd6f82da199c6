package io.chameleon.bench;

import io.chameleon.simulation.StepCost;
import io.chameleon.simulation.StepLoad;
import java.util.Comparator;
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

  /** Fewer say nothing. */
  private static final int FEWEST = 9;

  private static final int THIRDS = 3;

  /**
   * One time between two steps.
   *
   * @param behind the step before it
   * @param isBeforePrompts whether the step after it prefills
   * @param ms how long it was
   */
  record Gap(StepLoad behind, boolean isBeforePrompts, double ms) {

    private int rows() {
      return behind.decodeRows();
    }

    /** What a cost takes it for, in milliseconds. */
    double ms(StepCost.Around cost) {
      return cost.of(rows(), isBeforePrompts);
    }
  }

  /**
   * Time around steps that only decode, and what is more around those with prompts.
   *
   * @param given what holds where nothing was measured
   */
  static StepCost.Around around(
      StepCost.Around given, List<Gap> beforeDecodes, List<Gap> beforePrompts) {
    BetweenSteps all =
        beforeDecodes.isEmpty()
            ? new BetweenSteps(given.ms(), given.perRowMs())
            : of(beforeDecodes);
    BetweenSteps more =
        beforePrompts.size() < FEWEST
            ? new BetweenSteps(given.prefillMs(), given.prefillPerRowMs())
            : robust(beforePrompts, gap -> gap.ms() - all.ms(gap.rows()));
    return new StepCost.Around(all.fixedMs, all.perRowMs, more.fixedMs, more.perRowMs);
  }

  private double ms(int rows) {
    return fixedMs + perRowMs * rows;
  }

  /**
   * The line nearest to what was measured, by the sum of squares, of those that begin and rise at 0
   * or more.
   *
   * @param gaps one at least
   */
  static BetweenSteps of(List<Gap> gaps) {
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

  /**
   * A line through the medians of the third with the fewest rows and of that with the most (Tukey's
   * resistant line): before prompts some gaps are long, where many start at once, or an adapter.
   */
  private static BetweenSteps robust(List<Gap> gaps, ToDoubleFunction<Gap> value) {
    List<Gap> sorted = gaps.stream().sorted(Comparator.comparingInt(Gap::rows)).toList();
    int third = sorted.size() / THIRDS;
    List<Gap> few = sorted.subList(0, third);
    List<Gap> many = sorted.subList(sorted.size() - third, sorted.size());
    double rows = median(many, Gap::rows) - median(few, Gap::rows);
    double rise = median(many, value) - median(few, value);
    double perRow = rows == 0 ? 0 : Math.max(0, rise / rows);
    double fixed = median(gaps, gap -> value.applyAsDouble(gap) - perRow * gap.rows());
    return new BetweenSteps(Math.max(0, fixed), perRow);
  }

  private static double median(List<Gap> gaps, ToDoubleFunction<Gap> value) {
    return Timings.median(gaps.stream().mapToDouble(value).toArray());
  }

  /** The mean of something of each gap; there is one at least. */
  static double mean(List<Gap> gaps, ToDoubleFunction<Gap> value) {
    return gaps.stream().mapToDouble(value).average().orElseThrow();
  }
}
