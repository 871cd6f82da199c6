package io.chameleon.request;

import java.time.Duration;

/**
 * A request that could be served, but not now: the queue is full, or its first token would come
 * after its deadline. Try again after a while.
 */
public class RequestRejectedException extends RuntimeException {

  private final Duration retryAfter;

  public RequestRejectedException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  public Duration retryAfter() {
    return retryAfter;
  }
}
