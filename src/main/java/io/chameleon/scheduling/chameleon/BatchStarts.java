package io.chameleon.scheduling.chameleon;

import org.jspecify.annotations.Nullable;

/**
 * Starts the requests that {@link TwoPhaseBatch} chooses.
 *
 * @param <R> a request that waits
 */
interface BatchStarts<R> {

  /**
   * Tokens that the request would hold if it started now, at least 1: input, predicted output, and
   * its adapter unless a running request is charged for it.
   */
  long need(R request);

  /** Tries to start a request whose tokens are free. */
  StartAttempt start(R request);

  /** Says what a request that has {@link StartAttempt#STARTED} holds until it ends. */
  void started(R request, QuotaHold hold);

  /**
   * A younger request of the same class that may pass a head for which memory is out (paper,
   * section 4.3.4, opportunistic bypass), or null for none.
   *
   * @param tokens most that it may need
   */
  default @Nullable R bypass(R head, long tokens) {
    return null;
  }
}
