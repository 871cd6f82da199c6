package io.chameleon.scheduling;

import io.chameleon.admission.RequestSize;
import io.chameleon.admission.WaitEstimate;
import java.util.concurrent.atomic.LongAdder;

/**
 * How fast waiting requests have lately started, in tokens of their estimated sizes, and so how
 * long those that wait now will take: a mean over passes at whose beginning somebody waited, in
 * which older ones count for less. For the engine thread alone; its estimates are for any.
 */
public final class StartRate {

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
   * @return how long a request that comes now waits behind them; {@link WaitEstimate#NONE} before
   *     anything was measured
   */
  public WaitEstimate pass(long startedTokens, long waitingTokens, long nowNanos) {
    if (measuring) {
      long passed = nowNanos - lastNanos;
      double kept = Math.exp(-passed / MEMORY_NANOS);
      nanos = nanos * kept + passed;
      tokens = tokens * kept + (startedTokens - lastStarted);
    }
    measuring = waitingTokens > 0;
    lastNanos = nowNanos;
    lastStarted = startedTokens;
    return tokens > 0 ? new Behind(waitingTokens, nanos / tokens) : WaitEstimate.NONE;
  }

  /** As many tokens go before it, those admitted since among them. */
  private record Behind(long waitingTokens, double nanosPerToken, LongAdder admittedSince)
      implements WaitEstimate {

    Behind(long waitingTokens, double nanosPerToken) {
      this(waitingTokens, nanosPerToken, new LongAdder());
    }

    @Override
    public long nanosUntilStart(RequestSize size, int sizeClass) {
      return (long) ((waitingTokens + admittedSince.sum()) * nanosPerToken);
    }

    @Override
    public void admitted(RequestSize size, int sizeClass) {
      admittedSince.add(size.tokens());
    }
  }
}
