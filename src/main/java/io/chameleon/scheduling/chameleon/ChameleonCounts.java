package io.chameleon.scheduling.chameleon;

import java.util.Map;

/**
 * What the Chameleon policy has done since it was made.
 *
 * @param starts sequences started, those started again too
 * @param bypasses starts of a younger request before a head without memory
 * @param squashes of those, how many were stopped so that the head could start
 * @param refreshes how often classes and quotas were found anew
 */
public record ChameleonCounts(long starts, long bypasses, long squashes, long refreshes) {

  /** Squashes for each start, 0 to 1; the paper saw at most 0.05. */
  public double squashedShare() {
    return starts == 0 ? 0 : (double) squashes / starts;
  }

  /** All of them, for those who watch. */
  Map<String, Long> byName() {
    return Map.of(
        "starts", starts, "bypasses", bypasses, "squashes", squashes, "refreshes", refreshes);
  }

  ChameleonCounts started() {
    return new ChameleonCounts(starts + 1, bypasses, squashes, refreshes);
  }

  ChameleonCounts bypassed() {
    return new ChameleonCounts(starts, bypasses + 1, squashes, refreshes);
  }

  ChameleonCounts squashed() {
    return new ChameleonCounts(starts, bypasses, squashes + 1, refreshes);
  }

  ChameleonCounts refreshed() {
    return new ChameleonCounts(starts, bypasses, squashes, refreshes + 1);
  }
}
