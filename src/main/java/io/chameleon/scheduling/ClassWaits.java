package io.chameleon.scheduling;

import io.chameleon.admission.RequestSize;
import io.chameleon.admission.SizeClassifier;
import io.chameleon.admission.WaitEstimate;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * How long requests that come now would wait: those of a class behind what waits of it, at the rate
 * at which the class has lately started. Where nothing has started of a class that waits, since the
 * classes have just changed, behind all that wait, at the rate of all. For the engine thread alone;
 * its estimates are for any.
 */
public final class ClassWaits {

  private final StartRate all = new StartRate();

  private StartRate[] own = {};

  private @Nullable SizeClassifier classifier;

  /**
   * Takes note of a pass.
   *
   * @param scheduler as it is now
   * @param heldTokens estimated size of what has come since the scheduler took what there was, by
   *     class
   * @return how long a request that comes now waits; {@link WaitEstimate#NONE} before anything was
   *     measured
   */
  public WaitEstimate pass(Scheduler scheduler, long[] heldTokens, long nowNanos) {
    return pass(
        scheduler.classLoads(),
        scheduler.startedTokens(),
        heldTokens,
        scheduler.afterStart(nowNanos),
        nowNanos);
  }

  WaitEstimate pass(
      ClassLoads loads,
      long startedTokens,
      long[] heldTokens,
      AfterStart afterStart,
      long nowNanos) {
    follow(loads.classifier());
    long[] ahead = new long[own.length];
    double[] nanosPerToken = new double[own.length];
    long waiting = 0;
    for (int i = 0; i < own.length; i++) {
      own[i].pass(loads.startedTokens(i), loads.waitingTokens(i), nowNanos);
      nanosPerToken[i] = own[i].nanosPerToken();
      ahead[i] = loads.waitingTokens(i) + heldTokens[i];
      waiting += loads.waitingTokens(i);
    }
    all.pass(startedTokens, waiting, nowNanos);
    return all.isKnown()
        ? new Estimate(
            ahead, nanosPerToken, all.nanosPerToken(), afterStart, new AtomicLongArray(own.length))
        : WaitEstimate.NONE;
  }

  @SuppressWarnings("ReferenceEquality") // the very same never changes
  private void follow(SizeClassifier newest) {
    if (newest != classifier) {
      classifier = newest;
      own = new StartRate[newest.classes().size()];
      for (int i = 0; i < own.length; i++) {
        own[i] = new StartRate();
      }
    }
  }

  /** As many tokens of each class go before it, and those admitted since. */
  private record Estimate(
      long[] ahead,
      double[] nanosPerToken,
      double nanosPerTokenOfAll,
      AfterStart afterStart,
      AtomicLongArray admittedSince)
      implements WaitEstimate {

    @Override
    public long nanosUntilStart(RequestSize size, int sizeClass) {
      int index = Math.min(sizeClass, ahead.length - 1);
      long before = before(index);
      if (before == 0) {
        return 0;
      }
      return Double.isInfinite(nanosPerToken[index])
          ? (long) (beforeAll() * nanosPerTokenOfAll)
          : (long) (before * nanosPerToken[index]);
    }

    @Override
    public long leastPrefillNanos(RequestSize size) {
      return afterStart.prefill().nanos(size.promptTokens());
    }

    @Override
    public long marginNanos() {
      return afterStart.marginNanos();
    }

    @Override
    public void admitted(RequestSize size, int sizeClass) {
      admittedSince.addAndGet(Math.min(sizeClass, ahead.length - 1), size.tokens());
    }

    private long before(int index) {
      return ahead[index] + admittedSince.get(index);
    }

    private long beforeAll() {
      long sum = 0;
      for (int i = 0; i < ahead.length; i++) {
        sum += before(i);
      }
      return sum;
    }
  }
}
