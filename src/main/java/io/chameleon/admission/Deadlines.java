package io.chameleon.admission;

import io.chameleon.admission.AdmissionDecision.Rejected;
import io.chameleon.request.InferenceRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Refuses requests whose first token would come after their deadline: whoever asks can go elsewhere
 * at once, and no work is spent on an answer that is of no use. Used by many threads.
 */
final class Deadlines {

  /** The least time after which it is worth asking again. */
  static final Duration SHORTEST_RETRY = Duration.ofMillis(10);

  private static final long NO_DEADLINE = Long.MAX_VALUE;

  private final long usualNanos;

  private volatile WaitEstimate estimate = WaitEstimate.NONE;

  /**
   * @param usual deadline of requests that set none; zero for none
   */
  Deadlines(Duration usual) {
    if (usual.isNegative()) {
      throw new IllegalArgumentException(
          "deadline of %s for the first token; it must not be negative".formatted(usual));
    }
    this.usualNanos = usual.isZero() ? NO_DEADLINE : usual.toNanos();
  }

  /** Asks this estimate from now on. */
  void publish(WaitEstimate newest) {
    estimate = newest;
  }

  /** Why requests that came together are refused, or nothing if all can meet their deadlines. */
  Optional<AdmissionDecision> refusal(List<AdmittedRequest> requests) {
    WaitEstimate now = estimate;
    for (AdmittedRequest request : requests) {
      long deadline = nanos(request.request());
      if (deadline != NO_DEADLINE) {
        long wait = now.nanosUntilStart(request.size(), request.sizeClass().index());
        if (wait > deadline) {
          return Optional.of(tooLate(wait, deadline));
        }
      }
    }
    return Optional.empty();
  }

  /** Tells the estimate who now waits before the next one. */
  void admitted(List<AdmittedRequest> requests) {
    WaitEstimate now = estimate;
    for (AdmittedRequest request : requests) {
      now.admitted(request.size(), request.sizeClass().index());
    }
  }

  private long nanos(InferenceRequest request) {
    Duration own = request.terms().ttftDeadline();
    return own == null ? usualNanos : own.toNanos();
  }

  private static Rejected tooLate(long waitNanos, long deadlineNanos) {
    long retry =
        Math.clamp(
            waitNanos - deadlineNanos, SHORTEST_RETRY.toNanos(), DepartureRate.LONGEST.toNanos());
    return new Rejected(
        "The first token is expected in %d ms, after the deadline of %d ms."
            .formatted(millis(waitNanos), TimeUnit.NANOSECONDS.toMillis(deadlineNanos)),
        Duration.ofMillis(millis(retry)));
  }

  /** Rounded up, so that a wait over the deadline is never shown as equal to it. */
  private static long millis(long nanos) {
    return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
  }
}
