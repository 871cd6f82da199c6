package io.chameleon.admission.prediction;

import io.chameleon.admission.OutputLengthPredictor;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much output is expected of a request; all but the first is of {@code history}.
 *
 * @param kind one of the names of {@link PredictorKind}
 * @param coverage share of outputs that are to be no longer than predicted
 * @param window outputs of an adapter after which an earlier one weighs a third
 * @param priorWeight how many outputs of its own count as much as what is known of all adapters
 * @param adapters most adapters that are remembered
 * @param calibrationRate step by which predictions follow the coverage that is measured; 0: they do
 *     not
 */
@ConfigurationProperties("chameleon.predictor")
public record PredictorProperties(
    @DefaultValue("declared") String kind,
    @DefaultValue("0.7") double coverage,
    @DefaultValue("200") int window,
    @DefaultValue("10") double priorWeight,
    @DefaultValue("4096") int adapters,
    @DefaultValue("0.01") double calibrationRate) {

  public PredictorProperties {
    PredictorKind.named(kind);
    new HistorySettings(coverage, window, priorWeight, adapters, calibrationRate);
  }

  /** How history is learned from. */
  public HistorySettings history() {
    return new HistorySettings(coverage, window, priorWeight, adapters, calibrationRate);
  }

  /**
   * The chosen predictor, which has seen nothing yet.
   *
   * @param mostDeclared largest prediction where the declared limit is all that is gone by
   */
  public OutputLengthPredictor create(int mostDeclared) {
    return PredictorKind.named(kind).create(mostDeclared, history());
  }
}
