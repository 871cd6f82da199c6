package io.chameleon.bench;

/**
 * A service's heap over a load, in MiB.
 *
 * @param collections of its garbage while the load lasted
 * @param before used after a collection, before the load
 * @param first least that was seen in the first third of the load
 * @param middle in the second
 * @param last in the last
 * @param after used after a collection, after the load
 */
record HeapUse(
    double collections, double before, double first, double middle, double last, double after) {

  /** With fewer, the least in a third need not be what a collection left. */
  private static final double ENOUGH = 6;

  /** Whether the thirds can be compared. */
  boolean hasTrend() {
    return collections >= ENOUGH;
  }
}
