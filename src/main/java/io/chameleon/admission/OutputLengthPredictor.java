package io.chameleon.admission;

import io.chameleon.request.InferenceRequest;

/** Predicts how many tokens a request will generate. Asked by many threads. */
@FunctionalInterface
public interface OutputLengthPredictor {

  /** Predicted output tokens, 1 to the request's own limit. */
  int predict(InferenceRequest request);

  /**
   * Learns from a request that has come to its own end. Those that failed, or that nobody read to
   * their end, tell nothing of its length. For one thread at a time.
   *
   * @param outputTokens tokens it generated, at least 1; its limit means that it was cut off there
   */
  default void finished(InferenceRequest request, int outputTokens) {}

  /**
   * Takes the limit that the request declares, but no more than {@code mostTokens}: clients often
   * declare far more than they use, and what a sequence needs beyond is given to it while it runs.
   *
   * @param mostTokens largest prediction, at least 1
   */
  static OutputLengthPredictor declaredUpTo(int mostTokens) {
    if (mostTokens < 1) {
      throw new IllegalArgumentException(
          "predictions of at most %d tokens; it must be at least 1".formatted(mostTokens));
    }
    return request -> Math.min(request.maxTokens(), mostTokens);
  }
}
