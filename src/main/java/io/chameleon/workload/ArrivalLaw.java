package io.chameleon.workload;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** When requests arrive. */
@FunctionalInterface
public interface ArrivalLaw {

  /**
   * Draws arrivals in ascending order, without an end.
   *
   * @param rate requests per second, over 0
   * @return seconds from the start
   */
  DoubleSupplier times(double rate, RandomGenerator random);
}
