package io.chameleon.adapter.eviction;

/** What it costs that a request waits for a load, in nanoseconds of ordinary waiting. */
interface StallCost {

  /** The cost that is to be expected of a load, 0 or more. */
  double expectedNanos(LoadTime load);
}
