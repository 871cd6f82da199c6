package io.chameleon.request;

import java.time.Duration;

/**
 * A request that could be served, but not now: the queue is full, or its first token would come
 * after its deadline. Try again after a while.
 */
public class RequestRejectedException extends RuntimeException {

  private final Refusal refusal;

  private final Duration retryAfter;

  public RequestRejectedException(Refusal refusal, String message, Duration retryAfter) {
    super(message);
    this.refusal = refusal;
    this.retryAfter = retryAfter;
  }

  /** Why it is not served now. */
  public Refusal refusal() {
    return refusal;
  }

  public Duration retryAfter() {
    return retryAfter;
  }
}
