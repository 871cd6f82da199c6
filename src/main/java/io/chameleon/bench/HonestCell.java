package io.chameleon.bench;

import java.util.List;

/**
 * A load under a policy, live and simulated.
 *
 * @param policy its name
 * @param load share of the capacity
 * @param live what the service's clients saw
 * @param simulated what those of the simulation saw
 * @param turnedAway requests that were not answered live, none of them being expected
 */
record HonestCell(String policy, double load, Figures live, Figures simulated, int turnedAway) {

  /**
   * A row of the report's JSON.
   *
   * @param error of what was simulated, relative to what was seen live
   */
  record Row(
      String policy, double load, String metric, double live, double simulated, double error) {

    private static Row of(HonestCell cell, String metric, double live, double simulated) {
      double error = (simulated - live) / live;
      return new Row(cell.policy, cell.load, metric, live, simulated, error);
    }
  }

  static final String MEDIAN = "medianTtftMs";

  static final String TAIL = "p99TtftMs";

  /** All figures. */
  List<Row> rows() {
    return List.of(
        Row.of(this, MEDIAN, live.medianMs(), simulated.medianMs()),
        Row.of(this, TAIL, live.p99Ms(), simulated.p99Ms()),
        Row.of(this, "throughputPerSecond", live.perSecond(), simulated.perSecond()),
        Row.of(this, "smallP99TtftMs", live.smallP99Ms(), simulated.smallP99Ms()),
        Row.of(this, "largeP99TtftMs", live.largeP99Ms(), simulated.largeP99Ms()));
  }
}
