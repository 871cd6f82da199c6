package io.chameleon.simulation;

import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.prediction.HistoryPredictor;
import io.chameleon.admission.prediction.HistorySettings;
import io.chameleon.admission.prediction.OraclePredictor;
import io.chameleon.request.InferenceRequest;
import java.util.function.ToIntFunction;

/** Makes the predictor of output lengths of a run; it has seen nothing yet. */
@FunctionalInterface
public interface PredictorFactory {

  /**
   * Makes one.
   *
   * @param truth how many tokens a request will really generate, for those that may know
   * @param lengths all output lengths of the workload, in no order
   */
  OutputLengthPredictor create(ToIntFunction<InferenceRequest> truth, int[] lengths);

  /** Predicts what the request declares. */
  static PredictorFactory declared() {
    return (truth, lengths) -> OutputLengthPredictor.declaredUpTo(Integer.MAX_VALUE);
  }

  /**
   * Predicts what is true, or else any length of the workload.
   *
   * @param accuracy share of requests for which the truth is told, 0 to 1
   * @param seed of the others
   */
  static PredictorFactory oracle(double accuracy, long seed) {
    return (truth, lengths) -> new OraclePredictor(truth, accuracy, lengths, seed);
  }

  /** Predicts by what the adapter's earlier outputs were. */
  static PredictorFactory history(HistorySettings settings) {
    return (truth, lengths) -> new HistoryPredictor(settings);
  }
}
