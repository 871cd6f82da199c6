package io.chameleon.workload;

import java.util.random.RandomGenerator;

/**
 * Draws from a gamma distribution of scale 1: Marsaglia and Tsang, A simple method for generating
 * gamma variables, ACM TOMS 26(3), 2000.
 */
final class GammaSampler {

  private final double shape;
  private final double d;
  private final double c;

  /**
   * For one shape.
   *
   * @param shape over 0; below 1, a draw for one more is lowered by a power of chance (their note
   *     6)
   */
  GammaSampler(double shape) {
    this.shape = shape;
    d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    c = 1 / Math.sqrt(9 * d);
  }

  double draw(RandomGenerator random) {
    double drawn = atLeastOne(random);
    return shape < 1 ? drawn * Math.pow(random.nextDouble(), 1 / shape) : drawn;
  }

  private double atLeastOne(RandomGenerator random) {
    while (true) {
      double normal = random.nextGaussian();
      double root = 1 + c * normal;
      double v = root * root * root;
      if (v > 0 && -random.nextExponential() < normal * normal / 2 + d * (1 - v + Math.log(v))) {
        return d * v;
      }
    }
  }
}
