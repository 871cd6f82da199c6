package io.chameleon.workload;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Gaps by a gamma distribution, as in S-LoRA's workload generator.
 *
 * @param variation coefficient of variation of the gaps, over 0: 1 is Poisson, more is burstier
 */
public record GammaArrivals(double variation) implements ArrivalLaw {

  public GammaArrivals {
    Numbers.checkPositive("the coefficient of variation of gaps", variation);
  }

  @Override
  public DoubleSupplier times(double rate, RandomGenerator random) {
    Numbers.checkPositive("the rate of arrivals", rate);
    double shape = 1 / (variation * variation);
    double scale = 1 / (rate * shape);
    GammaSampler unit = new GammaSampler(shape);
    return new ArrivalGaps(() -> scale * unit.draw(random));
  }
}
