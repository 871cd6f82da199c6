package io.chameleon.admission;

import io.chameleon.request.InferenceRequest;

/**
 * A request that may enter.
 *
 * @param size its estimated size
 * @param sizeClass the class that follows from it
 * @param limit how long it may wait
 * @param expectedNanos until its first token, as was estimated, without a margin; 0 if nobody
 *     waited before it
 */
public record AdmittedRequest(
    InferenceRequest request,
    RequestSize size,
    SizeClass sizeClass,
    WaitLimit limit,
    long expectedNanos) {

  /** A request that may wait for ever. */
  public AdmittedRequest(InferenceRequest request, RequestSize size, SizeClass sizeClass) {
    this(request, size, sizeClass, WaitLimit.NONE, 0);
  }
}
