package io.chameleon.workload;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Poisson arrivals at a base rate, and at a multiple of it during a stretch of every period. The
 * rate that is asked for is the base rate; the mean is {@link #meanFactor} times it.
 *
 * @param factor rate in a burst ÷ base rate, over 0
 * @param fromSeconds start of the burst in each period, 0 or more
 * @param toSeconds end of the burst, which is outside it; over {@code fromSeconds}
 * @param periodSeconds time from one period to the next, at least {@code toSeconds}; infinite for
 *     one burst alone
 */
public record BurstArrivals(
    double factor, double fromSeconds, double toSeconds, double periodSeconds)
    implements ArrivalLaw {

  public BurstArrivals {
    Numbers.checkPositive("the factor of a burst", factor);
    if (!(fromSeconds >= 0 && fromSeconds < toSeconds && toSeconds <= periodSeconds)) {
      throw new IllegalArgumentException(
          "a burst from %s to %s s of every %s s; each must be over the one before"
              .formatted(fromSeconds, toSeconds, periodSeconds));
    }
  }

  /** One burst alone. */
  public static BurstArrivals once(double factor, double fromSeconds, double toSeconds) {
    return new BurstArrivals(factor, fromSeconds, toSeconds, Double.POSITIVE_INFINITY);
  }

  /** Mean rate over whole periods ÷ base rate; 1 where there is one burst alone. */
  public double meanFactor() {
    return 1 + (factor - 1) * (toSeconds - fromSeconds) / periodSeconds;
  }

  @Override
  public DoubleSupplier times(double rate, RandomGenerator random) {
    return new ThinnedArrivals(rate, this::factorAt, Math.max(1, factor), random);
  }

  private double factorAt(double seconds) {
    double inPeriod = seconds % periodSeconds;
    return inPeriod >= fromSeconds && inPeriod < toSeconds ? factor : 1;
  }
}
