package io.chameleon.admission;

import io.chameleon.admission.AdmissionDecision.Rejected;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that would wait longer than their size class does at most, or whose first token
 * would come after their deadline: whoever asks can go elsewhere at once, and no work is spent on
 * an answer that is of no use. Used by many threads.
 */
final class Deadlines {

  /** The least time after which it is worth asking again. */
  static final Duration SHORTEST_RETRY = Duration.ofMillis(10);

  private static final long NEVER = Long.MAX_VALUE;

  private static final RequestSize SMALLEST = new RequestSize(1, 1);

  private final WaitingRules rules;

  private volatile WaitEstimate estimate = WaitEstimate.NONE;

  Deadlines(WaitingRules rules) {
    this.rules = rules;
  }

  /** Asks this estimate from now on. */
  void publish(WaitEstimate newest) {
    estimate = newest;
  }

  /** How long a request of this class may wait. */
  WaitLimit limit(InferenceRequest request, SizeClass sizeClass, int classes) {
    return new WaitLimit(
        firstTokenNanos(request.terms().ttftDeadline()),
        rules.maxWaitNanos(sizeClass.index(), classes));
  }

  /** What the scheduler is to hold a request to that may wait so long. */
  WaitLimit enforced(WaitLimit limit) {
    return rules.endLate() ? limit : WaitLimit.NONE;
  }

  /** Why requests that came together are refused, or nothing if all can be served in time. */
  Optional<Rejected> refusal(List<AdmittedRequest> requests) {
    WaitEstimate now = estimate;
    return requests.stream()
        .flatMap(each -> refusal(now, each.size(), each.sizeClass(), each.limit()).stream())
        .findFirst();
  }

  /**
   * Why the smallest request of each class would be refused, by what the class says that moves
   * soonest; or nothing if one of them can be served in time.
   *
   * @param own deadline of its first token, or null for that of all
   */
  Optional<Rejected> refusalOfAny(@Nullable Duration own, List<SizeClass> classes) {
    WaitEstimate now = estimate;
    long firstToken = firstTokenNanos(own);
    Rejected soonest = null;
    for (SizeClass each : classes) {
      WaitLimit limit = new WaitLimit(firstToken, rules.maxWaitNanos(each.index(), classes.size()));
      Rejected refusal = refusal(now, SMALLEST, each, limit).orElse(null);
      if (refusal == null) {
        return Optional.empty();
      }
      if (soonest == null || refusal.retryAfter().compareTo(soonest.retryAfter()) < 0) {
        soonest = refusal;
      }
    }
    return Optional.ofNullable(soonest);
  }

  private static Optional<Rejected> refusal(
      WaitEstimate now, RequestSize size, SizeClass sizeClass, WaitLimit limit) {
    long wait = now.nanosUntilStart(size, sizeClass.index());
    long expected = expectedNanos(now, size, sizeClass);
    long deadline = limit.firstTokenNanos();
    long latest = expected == 0 ? 0 : plus(expected, margin(now, deadline));
    if (latest > deadline) {
      return Optional.of(tooLate(latest, deadline));
    }
    return wait > limit.startNanos()
        ? Optional.of(tooLong(wait, limit.startNanos()))
        : Optional.empty();
  }

  /** Tells the estimate who now waits before the next one. */
  void admitted(List<AdmittedRequest> requests) {
    WaitEstimate now = estimate;
    for (AdmittedRequest request : requests) {
      now.admitted(request.size(), request.sizeClass().index());
    }
  }

  /** How long a request of a class would wait that came now, in nanoseconds. */
  long expectedWaitNanos(int sizeClass) {
    return estimate.nanosUntilStart(SMALLEST, sizeClass);
  }

  /** How long it takes to the first token of a request that comes now, in nanoseconds. */
  long expectedNanos(RequestSize size, SizeClass sizeClass) {
    return expectedNanos(estimate, size, sizeClass);
  }

  /** What is answered to a request that was admitted, and for which it is too late now. */
  RequestRejectedException expired(RequestSize size, SizeClass sizeClass, WaitLimit limit) {
    long mayWait = Math.min(limit.firstTokenNanos(), limit.startNanos());
    return new RequestRejectedException(
        Refusal.EXPIRED,
        "The request has waited until its first token could not come within %d ms any more."
            .formatted(TimeUnit.NANOSECONDS.toMillis(mayWait)),
        retryAfter(estimate.nanosUntilStart(size, sizeClass.index()), mayWait));
  }

  /** The longest wait of a class, in nanoseconds. */
  long maxWaitNanos(SizeClass sizeClass, int classes) {
    return rules.maxWaitNanos(sizeClass.index(), classes);
  }

  /** Where nobody waits, nothing is expected: who is refused then is never measured. */
  private static long expectedNanos(WaitEstimate now, RequestSize size, SizeClass sizeClass) {
    long wait = now.nanosUntilStart(size, sizeClass.index());
    return wait == 0 ? 0 : plus(wait, now.leastPrefillNanos(size));
  }

  private long firstTokenNanos(@Nullable Duration own) {
    if (own != null) {
      return own.toNanos();
    }
    return rules.ttftDeadline().isZero() ? NEVER : rules.ttftDeadline().toNanos();
  }

  private static Rejected tooLate(long firstTokenNanos, long deadlineNanos) {
    return new Rejected(
        Refusal.DEADLINE,
        "The first token is expected in %d ms, after the deadline of %d ms."
            .formatted(millis(firstTokenNanos), TimeUnit.NANOSECONDS.toMillis(deadlineNanos)),
        retryAfter(firstTokenNanos, deadlineNanos));
  }

  private static Rejected tooLong(long waitNanos, long mostNanos) {
    return new Rejected(
        Refusal.MAX_WAIT,
        "A wait of %d ms is expected; requests of this size wait %d ms at most."
            .formatted(millis(waitNanos), TimeUnit.NANOSECONDS.toMillis(mostNanos)),
        retryAfter(waitNanos, mostNanos));
  }

  /** By when the queue is short enough, if nobody else comes. */
  private static Duration retryAfter(long waitNanos, long mayWaitNanos) {
    long nanos =
        Math.clamp(
            waitNanos - mayWaitNanos, SHORTEST_RETRY.toNanos(), DepartureRate.LONGEST.toNanos());
    return Duration.ofMillis(millis(nanos));
  }

  /** Half of the deadline at most: the rest is for a queue, without which the engine would idle. */
  private static long margin(WaitEstimate now, long deadline) {
    return Math.min(now.marginNanos(), deadline / 2);
  }

  private static long plus(long nanos, long more) {
    return nanos > NEVER - more ? NEVER : nanos + more;
  }

  /** Rounded up, so that a wait over the deadline is never shown as equal to it. */
  private static long millis(long nanos) {
    return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
  }
}
