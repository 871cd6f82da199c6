package io.chameleon.workload;

import java.util.Arrays;

/** Every adapter is asked for equally often. */
public record UniformPopularity() implements PlaceLaw {

  @Override
  public double[] weights(int places) {
    double[] weights = new double[places];
    Arrays.fill(weights, 1);
    return weights;
  }
}
