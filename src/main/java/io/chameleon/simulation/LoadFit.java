package io.chameleon.simulation;

import io.chameleon.simulation.CoordinateSearch.Minimum;
import io.chameleon.simulation.CoordinateSearch.Parameter;
import io.chameleon.simulation.PaperMeasurements.LoadedPoint;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Fits what cannot be measured alone to how a service was seen to behave under load: the median
 * time to the first token and the time between tokens, at some loads. The P99 time to the first
 * token is shown beside them and not fitted to: it says how heavy the tail of the work is, which no
 * cost of a step can make up for.
 */
public final class LoadFit {

  private final List<Knob> knobs;

  private final List<LoadedPoint> points;

  private final DoubleFunction<SimulationSetup> setups;

  private final ToDoubleFunction<SimulationResult> timeBetweenTokensMs;

  /**
   * A parameter of a set-up.
   *
   * @param range its name, and where it is looked for
   * @param turn the set-up with another value of it
   */
  public record Knob(Parameter range, BiFunction<SimulationSetup, Double, SimulationSetup> turn) {}

  /**
   * One number that was seen.
   *
   * @param requestsPerSecond the load
   * @param metric what it is
   * @param measuredMs as it was seen
   * @param simulatedMs as the simulation gives it
   * @param isFitted whether the error counts
   */
  public record Residual(
      double requestsPerSecond,
      String metric,
      double measuredMs,
      double simulatedMs,
      boolean isFitted) {

    /** Relative to what was seen. */
    public double relativeError() {
      return (simulatedMs - measuredMs) / measuredMs;
    }
  }

  /**
   * A fit to these points.
   *
   * @param setups the set-up of each load, before any knob is turned
   * @param timeBetweenTokensMs what is held against the time between tokens that was seen
   */
  public LoadFit(
      List<Knob> knobs,
      List<LoadedPoint> points,
      DoubleFunction<SimulationSetup> setups,
      ToDoubleFunction<SimulationResult> timeBetweenTokensMs) {
    this.knobs = List.copyOf(knobs);
    this.points = List.copyOf(points);
    this.setups = setups;
    this.timeBetweenTokensMs = timeBetweenTokensMs;
  }

  /**
   * Searches for the values with the least error.
   *
   * @param rounds how often the steps are halved
   */
  public Minimum search(int rounds) {
    return CoordinateSearch.minimise(knobs.stream().map(Knob::range).toList(), this::error, rounds);
  }

  /** What the simulation gives for these values of the knobs, beside what was seen. */
  public List<Residual> residuals(List<Double> values) {
    return points.parallelStream().flatMap(point -> residuals(point, values)).toList();
  }

  /** Root of the mean of the squares of the relative errors. */
  public double error(List<Double> values) {
    double meanSquare =
        residuals(values).stream()
            .filter(Residual::isFitted)
            .mapToDouble(r -> r.relativeError() * r.relativeError())
            .average()
            .orElse(0);
    return Math.sqrt(meanSquare);
  }

  /** The set-up of a load with the knobs at these values. */
  public SimulationSetup setup(double requestsPerSecond, List<Double> values) {
    SimulationSetup setup = setups.apply(requestsPerSecond);
    for (int i = 0; i < knobs.size(); i++) {
      setup = knobs.get(i).turn().apply(setup, values.get(i));
    }
    return setup;
  }

  private Stream<Residual> residuals(LoadedPoint point, List<Double> values) {
    double rate = point.requestsPerSecond();
    SimulationResult result = Simulation.run(setup(rate, values));
    return Stream.of(
        new Residual(rate, "p50 ttft", point.p50TtftMs(), result.ttft().quantileMs(0.5), true),
        new Residual(rate, "tbt", point.gapMs(), timeBetweenTokensMs.applyAsDouble(result), true),
        new Residual(rate, "p99 ttft", point.p99TtftMs(), result.ttft().quantileMs(0.99), false));
  }
}
