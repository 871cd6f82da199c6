package io.chameleon.workload;

import java.util.stream.IntStream;

/**
 * The power law of S-LoRA's workload generator: the adapter is floor(x · N), where x has the
 * density alpha · x^(alpha - 1) on 0 to 1, as numpy's {@code power(alpha)} draws it.
 *
 * @param alpha over 0, at most 1: 1 is uniform, less is more skewed
 */
public record PowerPopularity(double alpha) implements PlaceLaw {

  public PowerPopularity {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          "alpha of the power law is %s; it must be over 0 and at most 1".formatted(alpha));
    }
  }

  @Override
  public double[] weights(int places) {
    return IntStream.range(0, places)
        .mapToDouble(k -> below((k + 1.0) / places) - below((double) k / places))
        .toArray();
  }

  /** The share of draws of x that are less. */
  private double below(double x) {
    return Math.pow(x, alpha);
  }
}
