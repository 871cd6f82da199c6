package io.chameleon.workload;

import java.util.random.RandomGenerator;

/** A popularity that neither time nor earlier requests change. */
public interface SteadyPopularity extends PopularityLaw {

  /** How often each adapter of a mix is asked for, by number; the sum may be any over 0. */
  double[] weights(AdapterMix mix);

  @Override
  default AdapterDraws over(AdapterMix mix, RandomGenerator random) {
    CumulativeWeights weights = new CumulativeWeights(weights(mix));
    return seconds -> weights.draw(random);
  }
}
