package io.chameleon.simulation;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/**
 * Throughput at an objective: the highest load whose P99 time to first token stays under it
 * (Chameleon paper, evaluation).
 *
 * @param requestsPerSecond the load
 * @param bound whether it is that load, or only known to lie on one side of it
 */
public record Capacity(double requestsPerSecond, Bound bound) {

  /** How the load that was found lies to the one that was sought. */
  public enum Bound {
    /** It is that load. */
    FOUND,
    /** All loads that were tried stay under the objective. */
    AT_LEAST,
    /** None does. */
    LESS_THAN
  }

  /**
   * What was seen at a load.
   *
   * @param requestsPerSecond the load
   * @param p99Ms its P99 time to first token, in milliseconds
   */
  public record Point(double requestsPerSecond, double p99Ms) {}

  /**
   * Of some loads, by straight lines between them; the first crossing counts, even if a higher load
   * is under the objective again.
   *
   * @param points at least one, in any order
   * @param objectiveMs of P99 time to first token, in milliseconds
   */
  public static Capacity between(List<Point> points, double objectiveMs) {
    List<Point> sorted =
        points.stream().sorted(Comparator.comparingDouble(Point::requestsPerSecond)).toList();
    Point last = sorted.getFirst();
    if (last.p99Ms() > objectiveMs) {
      return new Capacity(last.requestsPerSecond(), Bound.LESS_THAN);
    }
    for (Point point : sorted) {
      if (point.p99Ms() > objectiveMs) {
        double part = (objectiveMs - last.p99Ms()) / (point.p99Ms() - last.p99Ms());
        double gap = point.requestsPerSecond() - last.requestsPerSecond();
        return new Capacity(last.requestsPerSecond() + part * gap, Bound.FOUND);
      }
      last = point;
    }
    return new Capacity(last.requestsPerSecond(), Bound.AT_LEAST);
  }

  /**
   * By halving a range of loads over and over.
   *
   * @param p99Ms P99 time to first token at a load, in milliseconds
   * @param objectiveMs of it
   * @param low load at which to begin, over 0
   * @param high load at which to end, over {@code low}
   * @param within how near in requests per second the load that is found has to be, over 0
   */
  public static Capacity search(
      DoubleUnaryOperator p99Ms, double objectiveMs, double low, double high, double within) {
    if (!(low > 0 && high > low && within > 0)) {
      throw new IllegalArgumentException(
          "loads from %s to %s within %s; each must be over 0, the second over the first"
              .formatted(low, high, within));
    }
    if (p99Ms.applyAsDouble(low) > objectiveMs) {
      return new Capacity(low, Bound.LESS_THAN);
    }
    if (p99Ms.applyAsDouble(high) <= objectiveMs) {
      return new Capacity(high, Bound.AT_LEAST);
    }
    double under = low;
    double over = high;
    while (over - under > within) {
      double middle = (under + over) / 2;
      if (p99Ms.applyAsDouble(middle) <= objectiveMs) {
        under = middle;
      } else {
        over = middle;
      }
    }
    return new Capacity(under, Bound.FOUND);
  }

  @Override
  public String toString() {
    String sign =
        switch (bound) {
          case FOUND -> "";
          case AT_LEAST -> ">= ";
          case LESS_THAN -> "< ";
        };
    return String.format(Locale.ROOT, "%s%.2f req/s", sign, requestsPerSecond);
  }
}
