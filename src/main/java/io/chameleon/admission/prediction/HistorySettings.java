package io.chameleon.admission.prediction;

/**
 * How a {@link HistoryPredictor} learns.
 *
 * @param coverage share of outputs that are to be no longer than predicted, over 0 and below 1
 * @param window outputs of an adapter after which an earlier one weighs a third, at least 1; ten
 *     times as many for all adapters together
 * @param priorWeight how many outputs of its own count as much as what is known of all adapters,
 *     over 0
 * @param adapters most adapters that are remembered, at least 1
 * @param calibrationRate step by which the level follows the coverage, 0 (not at all) to 1
 */
public record HistorySettings(
    double coverage, int window, double priorWeight, int adapters, double calibrationRate) {

  /** What the configuration has by default. */
  public static final HistorySettings DEFAULT = new HistorySettings(0.7, 200, 10, 4096, 0.01);

  public HistorySettings {
    require(coverage > 0 && coverage < 1, "coverage", coverage, "over 0 and below 1");
    require(window >= 1, "window", window, "at least 1");
    require(
        priorWeight > 0 && Double.isFinite(priorWeight),
        "prior-weight",
        priorWeight,
        "over 0 and finite");
    require(adapters >= 1, "adapters", adapters, "at least 1");
    require(
        calibrationRate >= 0 && calibrationRate <= 1,
        "calibration-rate",
        calibrationRate,
        "0 to 1");
  }

  private static void require(boolean valid, String property, Number value, String range) {
    if (!valid) {
      throw new IllegalArgumentException(
          "chameleon.predictor.%s is %s; it must be %s".formatted(property, value, range));
    }
  }
}
