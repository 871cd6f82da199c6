package io.chameleon.workload;

import java.util.function.DoubleSupplier;

/** Sums of gaps. */
final class ArrivalGaps implements DoubleSupplier {

  private final DoubleSupplier gaps;
  private double seconds;

  ArrivalGaps(DoubleSupplier gaps) {
    this.gaps = gaps;
  }

  @Override
  public double getAsDouble() {
    seconds += gaps.getAsDouble();
    return seconds;
  }
}
