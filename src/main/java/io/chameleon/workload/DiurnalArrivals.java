package io.chameleon.workload;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Poisson arrivals whose rate goes up and down as a sine, from the mean at the start upwards.
 *
 * @param amplitude (highest rate - mean) ÷ mean, 0 to 1
 * @param periodSeconds from one peak to the next, over 0; 86,400 for a day
 */
public record DiurnalArrivals(double amplitude, double periodSeconds) implements ArrivalLaw {

  public DiurnalArrivals {
    Numbers.checkShare("the amplitude of arrivals", amplitude);
    Numbers.checkPositive("the period of arrivals", periodSeconds);
  }

  @Override
  public DoubleSupplier times(double rate, RandomGenerator random) {
    return new ThinnedArrivals(
        rate,
        seconds -> 1 + amplitude * Math.sin(2 * Math.PI * seconds / periodSeconds),
        1 + amplitude,
        random);
  }
}
