package io.chameleon.simulation;

import io.chameleon.request.AdapterTier;
import io.chameleon.workload.TracedRequest;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request. Times are nanoseconds from its arrival.
 *
 * @param request what was asked for
 * @param rank of its adapter, 0 if it has none
 * @param sizeClass index of its class, -1 if it was refused
 * @param fate how it ended
 * @param firstTokenNanos until its first token, 0 if it had none
 * @param endNanos until its end
 * @param queueNanos until its first step, without the adapter's part
 * @param adapterNanos that it waited for its adapter alone
 * @param adapterTier where its adapter was, or null if it has none or never ran
 */
public record RequestOutcome(
    TracedRequest request,
    int rank,
    int sizeClass,
    Fate fate,
    long firstTokenNanos,
    long endNanos,
    long queueNanos,
    long adapterNanos,
    @Nullable AdapterTier adapterTier) {

  /** How a request ended. */
  public enum Fate {
    /** With all its tokens. */
    FINISHED,
    /** At the door, with word to come again. */
    REFUSED,
    /** At the door, because it is too long to be ever served. */
    TOO_LONG,
    /** It was admitted, and has waited until it was too late. */
    EXPIRED,
    /** It was admitted and could not be served. */
    FAILED
  }

  private static final double NANOS_PER_SECOND = 1e9;

  /** When a request arrives, in nanoseconds from the start of the run. */
  static long arrivalNanos(TracedRequest request) {
    return Math.round(request.seconds() * NANOS_PER_SECOND);
  }

  /** Whether it has all its tokens. */
  public boolean isFinished() {
    return fate == Fate.FINISHED;
  }

  /** Mean time between two of its tokens, in nanoseconds; 0 if it has one alone. */
  public long meanGapNanos() {
    int gaps = request.outputTokens() - 1;
    return gaps == 0 ? 0 : (endNanos - firstTokenNanos) / gaps;
  }
}
