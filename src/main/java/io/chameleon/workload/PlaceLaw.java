package io.chameleon.workload;

/** A popularity by place alone: place 0 is asked for most, and ranks do not matter. */
public interface PlaceLaw extends SteadyPopularity {

  /**
   * How often each place is asked for; the sum may be any over 0.
   *
   * @param places how many there are, at least 1
   */
  double[] weights(int places);

  @Override
  default double[] weights(AdapterMix mix) {
    return weights(mix.size());
  }
}
