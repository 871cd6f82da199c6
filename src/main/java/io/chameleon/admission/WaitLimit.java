package io.chameleon.admission;

/**
 * How long a request may wait, in nanoseconds from its arrival; it is ended if it still waits then.
 *
 * @param firstTokenNanos when its first token must be there, over 0
 * @param startNanos when it must have started, over 0
 */
public record WaitLimit(long firstTokenNanos, long startNanos) {

  /** For ever. */
  public static final WaitLimit NONE = new WaitLimit(Long.MAX_VALUE, Long.MAX_VALUE);

  public WaitLimit {
    if (firstTokenNanos <= 0 || startNanos <= 0) {
      throw new IllegalArgumentException(
          "a wait of at most %d ns to the first token and %d ns to the start; both must be over 0"
              .formatted(firstTokenNanos, startNanos));
    }
  }

  /** Whether there is any. */
  public boolean isNone() {
    return startNanos == Long.MAX_VALUE && firstTokenNanos == Long.MAX_VALUE;
  }

  /**
   * By when it must have started, from its arrival on.
   *
   * @param prefillNanos what its first token takes from its start on, 0 or more
   * @return below 0 if it is late from the beginning; {@link Long#MAX_VALUE} for never
   */
  public long latestStartNanos(long prefillNanos) {
    long forFirstToken =
        firstTokenNanos == Long.MAX_VALUE ? Long.MAX_VALUE : firstTokenNanos - prefillNanos;
    return Math.min(startNanos, forFirstToken);
  }
}
