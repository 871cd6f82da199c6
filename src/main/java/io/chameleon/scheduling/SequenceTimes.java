package io.chameleon.scheduling;

import io.chameleon.request.AdapterTier;
import io.chameleon.request.RequestTiming;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When things happened to one sequence, in nanoseconds of the scheduler's clock. */
final class SequenceTimes {

  private final long arrival;

  private long adapterWait;

  private @Nullable Long blockedSince;

  private @Nullable AdapterTier tier;

  private @Nullable Long firstStep;

  private @Nullable Long firstToken;

  private long lastToken;

  SequenceTimes(long arrival) {
    this.arrival = arrival;
  }

  long arrival() {
    return arrival;
  }

  /** The adapter was asked for, and is being loaded. */
  void adapterMissing(long askedAt) {
    if (blockedSince == null) {
      blockedSince = askedAt;
    }
  }

  /** The adapter is waited for no more; what is missing is room. */
  void adapterHere(long now) {
    if (blockedSince != null) {
      adapterWait += now - blockedSince;
      blockedSince = null;
    }
  }

  /** The adapter was lent. Where it was found the first time is what its load has cost. */
  void adapterLent(long askedAt, long now, AdapterTier foundIn) {
    adapterWait += now - (blockedSince == null ? askedAt : blockedSince);
    blockedSince = null;
    if (tier == null) {
      tier = foundIn;
    }
  }

  void started(long now) {
    if (firstStep == null) {
      firstStep = now;
    }
  }

  void sampled(long now) {
    if (firstToken == null) {
      firstToken = now;
    }
    lastToken = now;
  }

  /** The account of a sequence that has sampled at least one token. */
  RequestTiming account() {
    if (firstStep == null || firstToken == null) {
      throw new IllegalStateException("a sequence without a token has no timing");
    }
    return new RequestTiming(
        nanos(firstStep - arrival - adapterWait),
        nanos(adapterWait),
        tier,
        nanos(firstToken - firstStep),
        nanos(lastToken - firstToken));
  }

  private static Duration nanos(long nanos) {
    return Duration.ofNanos(Math.max(0, nanos));
  }
}
