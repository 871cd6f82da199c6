package io.chameleon.scheduling;

/**
 * How fast waiting requests have lately started, in tokens of their estimated sizes: a mean over
 * passes at whose beginning somebody waited, in which older ones count for less. For the engine
 * thread alone.
 */
final class StartRate {

  /** What was measured so long ago counts for a third. */
  private static final double MEMORY_NANOS = 10e9;

  private double nanos;

  private double tokens;

  private boolean measuring;

  private long lastNanos;

  private long lastStarted;

  /**
   * Takes note of a pass.
   *
   * @param startedTokens of all requests that have ever started
   * @param waitingTokens of those that wait now
   */
  void pass(long startedTokens, long waitingTokens, long nowNanos) {
    if (measuring) {
      long passed = nowNanos - lastNanos;
      double kept = Math.exp(-passed / MEMORY_NANOS);
      nanos = nanos * kept + passed;
      tokens = tokens * kept + (startedTokens - lastStarted);
    }
    measuring = waitingTokens > 0;
    lastNanos = nowNanos;
    lastStarted = startedTokens;
  }

  /** Whether anything was measured. */
  boolean isKnown() {
    return tokens > 0;
  }

  /** How long a token waits for its start behind each one before it; infinite if not known. */
  double nanosPerToken() {
    return isKnown() ? nanos / tokens : Double.POSITIVE_INFINITY;
  }
}
