package io.chameleon.adapter.eviction;

import java.time.Duration;

/**
 * A wait beyond the target costs twelve targets more than its own time, however far beyond it is:
 * what is counted in the tail is how many wait too long, not how long they wait. Where all loads
 * are far under the target, or far over it, this ranks as the mean does.
 *
 * @param target the wait that is still good
 */
record TailStallCost(Duration target) implements StallCost {

  /** RATIONALE.md tells what less and more do. */
  private static final double TARGETS_PER_MISS = 12;

  @Override
  public double expectedNanos(LoadTime load) {
    double targetNanos = target.toNanos();
    return load.meanNanos() + TARGETS_PER_MISS * targetNanos * load.chanceOver(targetNanos);
  }
}
