package io.chameleon.admission;

import java.time.Duration;
import java.util.List;

/**
 * How long requests may wait.
 *
 * @param ttftDeadline deadline of the first token of requests that set none; zero for none
 * @param maxWait longest wait of the largest size class, from which those of the others follow:
 *     class i of n, from 1 for the smallest, waits i/n of it at most; zero for no bound
 * @param classMaxWaits longest wait of each class, smallest first, the last one for all further
 *     classes; empty for what follows from {@code maxWait}
 * @param endLate whether a request that still waits when it is late is ended; else it runs late
 */
public record WaitingRules(
    Duration ttftDeadline, Duration maxWait, List<Duration> classMaxWaits, boolean endLate) {

  /** Everybody may wait for ever. */
  public static final WaitingRules NONE =
      new WaitingRules(Duration.ZERO, Duration.ZERO, List.of(), true);

  public WaitingRules {
    classMaxWaits = List.copyOf(classMaxWaits);
    if (ttftDeadline.isNegative()) {
      throw new IllegalArgumentException(
          "deadline of %s for the first token; it must not be negative".formatted(ttftDeadline));
    }
    if (maxWait.isNegative()) {
      throw new IllegalArgumentException(
          "longest wait of %s; it must not be negative".formatted(maxWait));
    }
    for (Duration wait : classMaxWaits) {
      if (!wait.isPositive()) {
        throw new IllegalArgumentException(
            "longest wait of %s for a size class; it must be over 0".formatted(wait));
      }
    }
  }

  /** A usual deadline for the first token, and no other bound. */
  public static WaitingRules deadline(Duration ttft) {
    return new WaitingRules(ttft, Duration.ZERO, List.of(), true);
  }

  /**
   * The longest wait of a class, in nanoseconds; {@link Long#MAX_VALUE} for no bound.
   *
   * @param sizeClass index of the class
   * @param classes how many there are
   */
  public long maxWaitNanos(int sizeClass, int classes) {
    if (!classMaxWaits.isEmpty()) {
      return classMaxWaits.get(Math.min(sizeClass, classMaxWaits.size() - 1)).toNanos();
    }
    double share = Math.min(1, (sizeClass + 1.0) / classes);
    return maxWait.isZero() ? Long.MAX_VALUE : Math.max(1, (long) (maxWait.toNanos() * share));
  }
}
