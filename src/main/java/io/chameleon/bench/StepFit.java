package io.chameleon.bench;

import io.chameleon.simulation.LeastSquares;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
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

  /** A cost that is known may be twice as large, where a step is off by a tenth: 0.1² to 1². */
  private static final double KNOWN_WEIGHT = 0.01;

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
    return of(terms, new ArrayList<>(terms), used -> solve(used, phases));
  }

  /**
   * Fits costs that are known, though not well: each counts as a phase more, in which there was
   * nothing else, and of little weight. So one that the phases cannot tell stays as it is, and one
   * of 0 stays 0.
   */
  static StepFit near(StepFit known, List<PhaseTotals> phases) {
    List<Term> used = new ArrayList<>(known.terms);
    used.removeIf(term -> known.cost(term) == 0);
    return of(known.terms, used, terms -> solve(terms, phases, known));
  }

  private static StepFit of(
      List<Term> terms, List<Term> used, Function<List<Term>, double[]> solution) {
    double[] fit = solution.apply(used);
    while (Arrays.stream(fit).min().orElse(0) < 0) {
      used.remove(indexOfLeast(fit));
      fit = solution.apply(used);
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

  /** The cost of the term of this name, which there is. */
  double cost(String term) {
    return costs.get(terms.stream().map(Term::name).toList().indexOf(term));
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
    return LeastSquares.relative(
        phases.stream().map(phase -> amounts(terms, phase)).toArray(double[][]::new),
        phases.stream().mapToDouble(PhaseTotals::stepMs).toArray());
  }

  private static double[] solve(List<Term> terms, List<PhaseTotals> phases, StepFit known) {
    Stream<double[]> alone = terms.stream().map(term -> amounts(terms, term));
    return LeastSquares.relative(
        Stream.concat(phases.stream().map(phase -> amounts(terms, phase)), alone)
            .toArray(double[][]::new),
        DoubleStream.concat(
                phases.stream().mapToDouble(PhaseTotals::stepMs),
                terms.stream().mapToDouble(known::cost))
            .toArray(),
        DoubleStream.concat(
                phases.stream().mapToDouble(phase -> 1),
                terms.stream().mapToDouble(term -> KNOWN_WEIGHT))
            .toArray());
  }

  private static double[] amounts(List<Term> terms, PhaseTotals phase) {
    return terms.stream()
        .mapToDouble(term -> term.amount().applyAsDouble(phase) / phase.reading().steps())
        .toArray();
  }

  private static double[] amounts(List<Term> terms, Term alone) {
    return terms.stream().mapToDouble(term -> term.equals(alone) ? 1 : 0).toArray();
  }

  private static int indexOfLeast(double[] numbers) {
    int least = 0;
    for (int i = 1; i < numbers.length; i++) {
      least = numbers[i] < numbers[least] ? i : least;
    }
    return least;
  }
}
