package io.chameleon.adapter.eviction;

import java.time.Duration;

/**
 * The numbers that eviction policies have.
 *
 * @param weights of the terms of the {@code chameleon} score
 * @param frequencyWindow in which {@code chameleon} and {@code fair-share} count requests, over 0
 * @param demandHalfLife after which a request weighs half in the demand that {@code lfu}, {@code
 *     value-per-byte} and {@code tail} learn, over 0
 * @param tailTarget the stall beyond which {@code tail} counts a load more, over 0
 */
public record EvictionParameters(
    ScoreWeights weights, Duration frequencyWindow, Duration demandHalfLife, Duration tailTarget) {

  /** The defaults. */
  public static final EvictionParameters DEFAULT =
      new EvictionParameters(
          ScoreWeights.PAPER, Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMillis(10));

  public EvictionParameters {
    check("frequency-window", frequencyWindow);
    check("demand-half-life", demandHalfLife);
    check("tail-target", tailTarget);
  }

  private static void check(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "chameleon.eviction.%s is %s; it must be over 0".formatted(name, value));
    }
  }
}
