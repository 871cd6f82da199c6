package io.chameleon.bench;

import io.chameleon.simulation.Distribution;
import io.chameleon.simulation.SimulationResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What clients saw in a run, in milliseconds.
 *
 * @param p50Ttft median time to the first token
 * @param p99Ttft its 99th percentile
 * @param mostTtft the longest
 * @param p99Gap 99th percentile of requests' mean times between tokens
 */
record TokenTimes(double p50Ttft, double p99Ttft, double mostTtft, double p99Gap) {

  private static final double MEDIAN = 0.5;

  private static final double TAIL = 0.99;

  static TokenTimes of(SimulationResult result) {
    Distribution ttft = result.ttft();
    return new TokenTimes(
        ttft.quantileMs(MEDIAN),
        ttft.quantileMs(TAIL),
        ttft.quantileMs(1),
        result.meanGaps().quantileMs(TAIL));
  }

  /** Means over runs. */
  static TokenTimes mean(List<TokenTimes> runs) {
    return new TokenTimes(
        mean(runs, TokenTimes::p50Ttft),
        mean(runs, TokenTimes::p99Ttft),
        mean(runs, TokenTimes::mostTtft),
        mean(runs, TokenTimes::p99Gap));
  }

  private static double mean(List<TokenTimes> runs, ToDoubleFunction<TokenTimes> value) {
    return runs.stream().mapToDouble(value).average().orElseThrow();
  }
}
