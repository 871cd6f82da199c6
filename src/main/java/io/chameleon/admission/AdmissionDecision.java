package io.chameleon.admission;

import io.chameleon.request.Refusal;
import java.time.Duration;
import java.util.List;

/** Whether requests that came together may enter: all of them, or none. */
public sealed interface AdmissionDecision {

  /**
   * All may enter; a place in the queue is held for each until {@code AdmissionController.left}.
   */
  record Admitted(List<AdmittedRequest> requests) implements AdmissionDecision {}

  /**
   * None may enter now.
   *
   * @param cause which limit was met
   * @param reason for people, with the limit that was met
   * @param retryAfter when it is worth asking again
   */
  record Rejected(Refusal cause, String reason, Duration retryAfter) implements AdmissionDecision {}
}
