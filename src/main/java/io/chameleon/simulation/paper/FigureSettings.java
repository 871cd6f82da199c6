package io.chameleon.simulation.paper;

import java.time.Duration;
import java.util.List;

/**
 * At which loads, in requests per second, and of what the figures are.
 *
 * @param loads of Figs. 11 to 13
 * @param headlineLoads low, medium and high
 * @param objective of P99 time to first token
 * @param loadingLoad of Fig. 14
 * @param queueingLoad of Fig. 16
 * @param evictionLoad of Fig. 17
 * @param burst of Fig. 19
 * @param adaptersLoad of Fig. 20
 * @param adapters numbers of adapters of Fig. 20
 * @param tracesLoad of Fig. 21
 * @param otherTraces how other traces are run
 * @param sensitivityLoads of the sensitivity table
 */
public record FigureSettings(
    List<Double> loads,
    List<Double> headlineLoads,
    Duration objective,
    double loadingLoad,
    double queueingLoad,
    double evictionLoad,
    Burst burst,
    double adaptersLoad,
    List<Integer> adapters,
    double tracesLoad,
    OtherTraces otherTraces,
    List<Double> sensitivityLoads) {

  /**
   * A burst.
   *
   * @param load before it and after
   * @param factor how many times that load it is
   * @param from when it begins
   * @param to when it ends
   * @param window over which the P99 time to first token is taken
   */
  public record Burst(double load, double factor, Duration from, Duration to, Duration window) {}

  /**
   * How traces other than the paper's default are run.
   *
   * @param least smallest load at which S-LoRA's throughput at the objective is looked for
   * @param most largest one
   * @param within how near it is found
   * @param load at which the systems are compared, as a multiple of that throughput
   */
  public record OtherTraces(double least, double most, double within, double load) {}

  public FigureSettings {
    loads = List.copyOf(loads);
    headlineLoads = List.copyOf(headlineLoads);
    adapters = List.copyOf(adapters);
    sensitivityLoads = List.copyOf(sensitivityLoads);
  }

  /** The same with curves over other loads. */
  FigureSettings withLoads(List<Double> otherLoads) {
    return new FigureSettings(
        otherLoads,
        headlineLoads,
        objective,
        loadingLoad,
        queueingLoad,
        evictionLoad,
        burst,
        adaptersLoad,
        adapters,
        tracesLoad,
        otherTraces,
        sensitivityLoads);
  }

  double objectiveMs() {
    return objective.toNanos() / 1e6;
  }
}
