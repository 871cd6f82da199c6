package io.chameleon.workload;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Chance whose seed is printed. */
final class Chance {

  static final long SEED = 20_261_125;

  private Chance() {}

  static RandomGenerator ofSeed(long seed) {
    System.out.println("seed " + seed);
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static RandomGenerator fixed() {
    return ofSeed(SEED);
  }
}
