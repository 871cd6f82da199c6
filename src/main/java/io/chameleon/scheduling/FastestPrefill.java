package io.chameleon.scheduling;

import java.time.Duration;

/**
 * The fastest that steps have ever been, from which follows what a prefill takes at least. After a
 * time without steps it claims to know nothing: who relies on it keeps requests out, and without
 * requests there would be no steps from which it could learn better. For the engine thread alone.
 */
final class FastestPrefill {

  /** Fewer steps than that may all have been slow. */
  static final int FEWEST_STEPS = 16;

  /** So long after the last step nothing is known any more. */
  static final Duration MEMORY = Duration.ofSeconds(10);

  private final int chunkTokens;

  private double stepNanos = Double.POSITIVE_INFINITY;

  private double nanosPerToken = Double.POSITIVE_INFINITY;

  private long steps;

  private long lastStepNanos;

  /**
   * Nothing is known yet.
   *
   * @param chunkTokens most tokens of a prompt that a step feeds
   */
  FastestPrefill(int chunkTokens) {
    this.chunkTokens = chunkTokens;
  }

  /**
   * A step was made.
   *
   * @param tokens that it fed, at least 1
   */
  void stepped(int tokens, long nanos, long nowNanos) {
    steps++;
    lastStepNanos = nowNanos;
    stepNanos = Math.min(stepNanos, (double) nanos);
    nanosPerToken = Math.min(nanosPerToken, (double) nanos / tokens);
  }

  /** What is known at this time. */
  LeastPrefill at(long nowNanos) {
    boolean known = steps >= FEWEST_STEPS && nowNanos - lastStepNanos <= MEMORY.toNanos();
    return known
        ? new LeastPrefill(chunkTokens, stepNanos, nanosPerToken)
        : new LeastPrefill(chunkTokens, 0, 0);
  }
}
