package io.chameleon.workload;

import java.util.stream.IntStream;

/**
 * Zipf's law: the k-th adapter from 1 has the weight k to the power of minus the exponent.
 *
 * @param exponent 0 or more; 0 is uniform
 */
public record ZipfPopularity(double exponent) implements PlaceLaw {

  public ZipfPopularity {
    if (!(exponent >= 0) || Double.isInfinite(exponent)) {
      throw new IllegalArgumentException(
          "the exponent of Zipf's law is %s; it must be 0 or more".formatted(exponent));
    }
  }

  @Override
  public double[] weights(int places) {
    return IntStream.rangeClosed(1, places).mapToDouble(k -> Math.pow(k, -exponent)).toArray();
  }
}
