package io.chameleon.simulation;

import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.request.InferenceRequest;
import java.util.function.ToIntFunction;

/** Makes the predictor of output lengths of a run; it has seen nothing yet. */
@FunctionalInterface
public interface PredictorFactory {

  /**
   * Makes one.
   *
   * @param truth how many tokens a request will really generate, for those that may know
   */
  OutputLengthPredictor create(ToIntFunction<InferenceRequest> truth);

  /** What the request declares. */
  static PredictorFactory declared() {
    return truth -> OutputLengthPredictor.declaredUpTo(Integer.MAX_VALUE);
  }

  /** What is true. */
  static PredictorFactory oracle() {
    return truth -> truth::applyAsInt;
  }
}
