package io.chameleon.admission;

import io.chameleon.request.InferenceRequest;

/**
 * Estimates how large a request is. Used by many threads.
 *
 * @param predictor how much output to expect
 * @param adapters how large its adapter is
 * @param classifier which size class it belongs to
 */
public record RequestSizer(
    OutputLengthPredictor predictor, AdapterSizes adapters, SizeClassifier classifier) {

  /** The request with its size, and the class that follows from it. */
  public AdmittedRequest size(InferenceRequest request) {
    AdapterFootprint adapter = adapters.of(request.adapter());
    RequestSize size =
        new RequestSize(
            request.promptTokens().length,
            predictor.predict(request),
            adapter.rank(),
            adapter.cells());
    return new AdmittedRequest(request, size, classifier.classify(size));
  }
}
