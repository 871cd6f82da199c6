package io.chameleon.workload;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** Independent arrivals: exponential gaps, whose coefficient of variation is 1. */
public record PoissonArrivals() implements ArrivalLaw {

  @Override
  public DoubleSupplier times(double rate, RandomGenerator random) {
    Numbers.checkPositive("the rate of arrivals", rate);
    return new ArrivalGaps(() -> random.nextExponential() / rate);
  }
}
