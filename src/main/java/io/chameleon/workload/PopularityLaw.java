package io.chameleon.workload;

import java.util.random.RandomGenerator;

/** Which adapter a request asks for. */
@FunctionalInterface
public interface PopularityLaw {

  /** Draws adapters of a mix for one request after the other. */
  AdapterDraws over(AdapterMix mix, RandomGenerator random);
}
