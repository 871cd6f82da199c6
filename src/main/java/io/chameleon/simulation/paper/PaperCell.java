package io.chameleon.simulation.paper;

/**
 * Names one number of the paper's evaluation.
 *
 * @param figure its number, or {@code throughput} for what the text says of all
 * @param system its name in the settings
 * @param x where it is on the figure's axis
 * @param metric what it is, its unit last
 */
public record PaperCell(String figure, String system, String x, String metric) {

  private static final String CUT = "_cut_percent";

  /** Whether it is a percentage by which something is less, which is compared in points. */
  boolean isCut() {
    return metric.endsWith(CUT);
  }

  /** Whether it stands in the same curve or at the same place of an axis as another, not both. */
  boolean isBeside(PaperCell other) {
    return figure.equals(other.figure)
        && metric.equals(other.metric)
        && (system.equals(other.system) != x.equals(other.x));
  }

  @Override
  public String toString() {
    return "%s at %s".formatted(system, x);
  }
}
