package io.chameleon.bench;

import io.chameleon.simulation.LeastSquares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Costs of what a step does that come closest to the mean step times of phases, by relative error.
 * No cost is below 0: a term that would be is left out.
 *
 * @param terms what has a cost
 * @param costs in milliseconds each, in the same order
 */
record StepFit(List<Term> terms, List<Double> costs) {

  static final Term FIXED = new Term("fixed-ms", totals -> totals.reading().steps());

  static final Term PER_TOKEN = new Term("prefill.per-token-ms", PhaseTotals::prefillTokens);

  static final Term PER_TOKEN_RANK =
      new Term("prefill.per-token-rank-ms", PhaseTotals::prefillTokenRanks);

  static final Term PER_PAIR = new Term("prefill.per-pair-ms", PhaseTotals::prefillPairs);

  static final Term PER_ROW = new Term("decode.per-row-ms", PhaseTotals::decodeRows);

  static final Term PER_CONTEXT_TOKEN =
      new Term("decode.per-context-token-ms", PhaseTotals::contextTokens);

  static final Term PER_RANK = new Term("decode.per-rank-ms", PhaseTotals::rankSum);

  static final Term PER_TOKEN_DECODE_RANK =
      new Term("prefill.per-token-decode-rank-ms", PhaseTotals::tokenDecodeRanks);

  /** Those of a profile. */
  static final List<Term> PROFILE =
      List.of(
          FIXED,
          PER_TOKEN,
          PER_TOKEN_RANK,
          PER_PAIR,
          PER_ROW,
          PER_CONTEXT_TOKEN,
          PER_RANK,
          PER_TOKEN_DECODE_RANK);

  /** What a profile has no cost for, to see whether it should. */
  static final List<Term> MISSING =
      List.of(
          new Term("each chunk of a prompt", PhaseTotals::chunks),
          new Term("rows times ranks of a decode step", PhaseTotals::rowRanks));

  /**
   * Something that a step does.
   *
   * @param name for people
   * @param amount how much of it there was in a phase
   */
  record Term(String name, ToDoubleFunction<PhaseTotals> amount) {}

  /** Fits the costs of these terms. */
  static StepFit of(List<Term> terms, List<PhaseTotals> phases) {
    List<Term> used = new ArrayList<>(terms);
    double[] fit = solve(used, phases);
    while (Arrays.stream(fit).min().orElse(0) < 0) {
      used.remove(indexOfLeast(fit));
      fit = solve(used, phases);
    }
    double[] costs = fit;
    return new StepFit(
        terms,
        terms.stream().map(term -> used.contains(term) ? costs[used.indexOf(term)] : 0.0).toList());
  }

  /** Fits the costs of a profile and of one term more. */
  static StepFit with(Term more, List<PhaseTotals> phases) {
    return of(Stream.concat(PROFILE.stream(), Stream.of(more)).toList(), phases);
  }

  /** The cost of a term. */
  double cost(Term term) {
    return costs.get(terms.indexOf(term));
  }

  /** The mean step of a phase as these costs have it, in milliseconds. */
  double stepMs(PhaseTotals phase) {
    double sum = 0;
    for (int i = 0; i < terms.size(); i++) {
      sum += costs.get(i) * terms.get(i).amount().applyAsDouble(phase);
    }
    return sum / phase.reading().steps();
  }

  /** By how much that is off, relative to what was measured. */
  double relativeError(PhaseTotals phase) {
    return (stepMs(phase) - phase.stepMs()) / phase.stepMs();
  }

  /** Root of the mean of the squares of those. */
  double error(List<PhaseTotals> phases) {
    double squares = phases.stream().mapToDouble(p -> Math.pow(relativeError(p), 2)).sum();
    return Math.sqrt(squares / phases.size());
  }

  private static double[] solve(List<Term> terms, List<PhaseTotals> phases) {
    double[][] amounts =
        phases.stream()
            .map(phase ->
                terms.stream()
                    .mapToDouble(
                        term -> term.amount().applyAsDouble(phase) / phase.reading().steps())
                    .toArray())
            .toArray(double[][]::new);
    return LeastSquares.relative(
        amounts, phases.stream().mapToDouble(PhaseTotals::stepMs).toArray());
  }

  private static int indexOfLeast(double[] numbers) {
    int least = 0;
    for (int i = 1; i < numbers.length; i++) {
      least = numbers[i] < numbers[least] ? i : least;
    }
    return least;
  }
}
