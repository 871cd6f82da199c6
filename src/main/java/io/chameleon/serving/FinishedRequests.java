package io.chameleon.serving;

import io.chameleon.request.InferenceRequest;

/**
 * Is told of requests that have come to their own end. Called on the engine thread; never waits.
 */
@FunctionalInterface
public interface FinishedRequests {

  /** Tells nobody. */
  FinishedRequests NONE = (request, outputTokens, nanos) -> {};

  /**
   * A request has been answered in full.
   *
   * @param outputTokens tokens that were generated, the end token not among them
   * @param nanos from its arrival to its end
   */
  void finished(InferenceRequest request, int outputTokens, long nanos);
}
