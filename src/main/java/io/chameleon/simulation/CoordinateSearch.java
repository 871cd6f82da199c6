package io.chameleon.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Looks for the values of named parameters at which an error is least: each in turn a step up or
 * down, and with half the steps where none helps (compass search; it needs no derivative, which
 * quantiles of a simulation lack). It finds a minimum nearby, not the least of all.
 */
public final class CoordinateSearch {

  /**
   * A parameter.
   *
   * @param name for people
   * @param start where the search begins
   * @param step the first step, over 0
   * @param least smallest value that is tried
   * @param most largest value that is tried
   */
  public record Parameter(String name, double start, double step, double least, double most) {

    public Parameter {
      if (!(step > 0) || !(least <= start && start <= most)) {
        throw new IllegalArgumentException(
            "parameter %s: from %s by %s, within %s to %s; the step must be over 0, the start within"
                .formatted(name, start, step, least, most));
      }
    }
  }

  /**
   * Where a search ended.
   *
   * @param values in the order of the parameters
   * @param error there
   * @param trials how often the error was asked for
   */
  public record Minimum(List<Double> values, double error, int trials) {}

  private final List<Parameter> parameters;

  private final ToDoubleFunction<List<Double>> error;

  private final double[] steps;

  private final List<Double> best = new ArrayList<>();

  private double least;

  private int trials;

  private CoordinateSearch(List<Parameter> parameters, ToDoubleFunction<List<Double>> error) {
    this.parameters = parameters;
    this.error = error;
    this.steps = parameters.stream().mapToDouble(Parameter::step).toArray();
    parameters.forEach(parameter -> best.add(parameter.start()));
    this.least = errorOf(best);
  }

  /**
   * Searches.
   *
   * @param error of values in the order of the parameters; the same values give the same error
   * @param rounds how often the steps are halved, 0 or more
   */
  public static Minimum minimise(
      List<Parameter> parameters, ToDoubleFunction<List<Double>> error, int rounds) {
    CoordinateSearch search = new CoordinateSearch(parameters, error);
    for (int round = 0; round <= rounds; round++) {
      search.settle();
      search.halve();
    }
    return new Minimum(List.copyOf(search.best), search.least, search.trials);
  }

  /** Goes on while any step helps. */
  private void settle() {
    boolean better = true;
    while (better) {
      better = false;
      for (int i = 0; i < steps.length; i++) {
        better |= walk(i, steps[i]) || walk(i, -steps[i]);
      }
    }
  }

  /** Goes one way as far as it helps; whether it did. */
  private boolean walk(int index, double step) {
    boolean helped = false;
    while (tries(index, step)) {
      helped = true;
    }
    return helped;
  }

  private boolean tries(int index, double step) {
    Parameter parameter = parameters.get(index);
    double value = Math.clamp(best.get(index) + step, parameter.least(), parameter.most());
    if (value == best.get(index)) {
      return false;
    }
    List<Double> candidate = new ArrayList<>(best);
    candidate.set(index, value);
    double there = errorOf(candidate);
    boolean better = there < least;
    if (better) {
      best.set(index, value);
      least = there;
    }
    return better;
  }

  private double errorOf(List<Double> values) {
    trials++;
    return error.applyAsDouble(List.copyOf(values));
  }

  private void halve() {
    for (int i = 0; i < steps.length; i++) {
      steps[i] /= 2;
    }
  }
}
