package io.chameleon.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;

/** How often each adapter is asked for. */
enum PopularityLaw {
  /** The k-th adapter has the weight 1 ÷ k: Zipf's law with exponent 1.0. */
  ZIPF,
  /** Every adapter has the same weight. */
  UNIFORM;

  /** The law of this name, in lower case. */
  static PopularityLaw named(String name) {
    return Arrays.stream(values())
        .filter(law -> law.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "--laws has %s; laws are %s".formatted(name, Arrays.toString(values()))));
  }

  /** Draws numbers of adapters, from 0 to {@code adapters - 1}. */
  IntSupplier over(int adapters, RandomGenerator random) {
    double[] sums = new double[adapters];
    double sum = 0;
    for (int k = 0; k < adapters; k++) {
      sum += weight(k);
      sums[k] = sum;
    }
    double total = sum;
    return () -> {
      int found = Arrays.binarySearch(sums, random.nextDouble() * total);
      return Math.min(adapters - 1, found < 0 ? -found - 1 : found + 1);
    };
  }

  private double weight(int k) {
    return switch (this) {
      case ZIPF -> 1.0 / (k + 1);
      case UNIFORM -> 1;
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
