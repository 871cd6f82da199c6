package io.chameleon.workload;

import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Poisson arrivals whose rate changes with time: those at the highest rate, of which each is kept
 * with the probability of the rate at its time (Lewis and Shedler, 1979).
 */
final class ThinnedArrivals implements DoubleSupplier {

  private final DoubleUnaryOperator factorAt;
  private final double peak;
  private final DoubleSupplier candidates;
  private final RandomGenerator random;

  /**
   * Thins.
   *
   * @param rate requests per second where the factor is 1
   * @param factorAt factor of the rate at a time in seconds, 0 to {@code peak}
   */
  ThinnedArrivals(double rate, DoubleUnaryOperator factorAt, double peak, RandomGenerator random) {
    this.factorAt = factorAt;
    this.peak = peak;
    this.candidates = new PoissonArrivals().times(rate * peak, random);
    this.random = random;
  }

  @Override
  public double getAsDouble() {
    while (true) {
      double seconds = candidates.getAsDouble();
      if (random.nextDouble() * peak < factorAt.applyAsDouble(seconds)) {
        return seconds;
      }
    }
  }
}
