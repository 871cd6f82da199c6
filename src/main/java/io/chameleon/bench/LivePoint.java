package io.chameleon.bench;

import org.jspecify.annotations.Nullable;

/**
 * One policy at one load.
 *
 * @param policy its name
 * @param perSecond requests that arrive a second
 * @param live what was measured
 * @param simulated the same arrivals in the simulator, or null
 * @param unanswered requests without a whole answer
 * @param latenessMs how late the generator was, the 99th percentile
 */
record LivePoint(
    String policy,
    double perSecond,
    ServedTimes.Figures live,
    ServedTimes.@Nullable Figures simulated,
    int unanswered,
    double latenessMs) {

  /** The same with what was simulated. */
  LivePoint with(ServedTimes.Figures newSimulated) {
    return new LivePoint(policy, perSecond, live, newSimulated, unanswered, latenessMs);
  }
}
