package io.chameleon.adapter.eviction;

/** Every nanosecond costs the same, as it does to whoever minimises the mean. */
record MeanStallCost() implements StallCost {

  @Override
  public double expectedNanos(LoadTime load) {
    return load.meanNanos();
  }
}
