package io.chameleon.admission;

import io.chameleon.request.InferenceRequest;

/**
 * Estimates how large a request is. Used by many threads.
 *
 * @param predictor how much output to expect
 * @param adapters how large its adapter is
 */
public record RequestSizer(OutputLengthPredictor predictor, AdapterSizes adapters) {

  /** The size of a request. */
  public RequestSize size(InferenceRequest request) {
    AdapterFootprint adapter = adapters.of(request.adapter());
    return new RequestSize(
        request.promptTokens().length, predictor.predict(request), adapter.rank(), adapter.cells());
  }
}
