package io.chameleon.scheduling.adaptive;

import io.chameleon.scheduling.PropertyLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The policy {@code adaptive}.
 *
 * @param objective time to first token beyond which a request is late
 * @param lateShare share of requests that may be late, over 0 and below 1: less than one hundredth
 *     for an objective of the 99th percentile
 * @param postponedShare most requests, of those whose service takes longest, that are postponed, as
 *     a share of all; 0 for none
 * @param postponement by how much
 * @param longestHeadStart most by which a short request counts as come earlier
 * @param priorityStep by how much a request counts as come earlier for each step of a better
 *     priority, and later for a worse one, no further than {@code longestHeadStart} and {@code
 *     postponement} go; 0 to pass priorities over
 * @param patience how long a request may lack memory while others start before it; at most {@code
 *     postponement} and {@code longestHeadStart} together
 * @param lookAhead how many requests that lack memory are looked at in a pass
 * @param gatherFrom share of memory in use above which prompts wait for each other, 0 to 0.9
 * @param gatherPasses how many times the fixed cost of a prefill they wait where memory is full; 0
 *     for never
 * @param longestGather most time from one prefill to the next for which they wait
 * @param forgetting what a step still counts for after the next in the model of costs, over 0 and
 *     at most 1
 */
@ConfigurationProperties("chameleon.scheduling.adaptive")
public record AdaptivePolicyProperties(
    @DefaultValue("5s") Duration objective,
    @DefaultValue("0.008") double lateShare,
    @DefaultValue("0.012") double postponedShare,
    @DefaultValue("15s") Duration postponement,
    @DefaultValue("5s") Duration longestHeadStart,
    @DefaultValue("1s") Duration priorityStep,
    @DefaultValue("8s") Duration patience,
    @DefaultValue("32") int lookAhead,
    @DefaultValue("0.7") double gatherFrom,
    @DefaultValue("30") double gatherPasses,
    @DefaultValue("1s") Duration longestGather,
    @DefaultValue("0.999") double forgetting) {

  private static final PropertyLimits LIMITS = new PropertyLimits("chameleon.scheduling.adaptive");

  /** What holds where nothing else is configured. */
  public static final AdaptivePolicyProperties DEFAULT =
      new AdaptivePolicyProperties(
          Duration.ofSeconds(5),
          0.008,
          0.012,
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1),
          Duration.ofSeconds(8),
          32,
          0.7,
          30,
          Duration.ofSeconds(1),
          0.999);

  private static final int MOST_LOOKS = 10_000;

  private static final double MOST_GATHER_FROM = 0.9;

  private static final double MOST_PASSES = 1e6;

  public AdaptivePolicyProperties {
    LIMITS.require("objective", objective, objective.isPositive(), "over 0");
    LIMITS.require("late-share", lateShare, lateShare > 0 && lateShare < 1, "over 0 and below 1");
    LIMITS.require(
        "postponed-share",
        postponedShare,
        postponedShare >= 0 && postponedShare < 1,
        "0 or more and below 1");
    requireNotNegative("postponement", postponement);
    requireNotNegative("longest-head-start", longestHeadStart);
    requireNotNegative("priority-step", priorityStep);
    requireNotNegative("patience", patience);
    LIMITS.require(
        "patience",
        patience,
        patience.compareTo(postponement.plus(longestHeadStart)) <= 0,
        "at most postponement and longest-head-start together");
    LIMITS.require(
        "look-ahead", lookAhead, lookAhead >= 0 && lookAhead <= MOST_LOOKS, "0 to " + MOST_LOOKS);
    LIMITS.require(
        "gather-from",
        gatherFrom,
        gatherFrom >= 0 && gatherFrom <= MOST_GATHER_FROM,
        "0 to " + MOST_GATHER_FROM);
    LIMITS.require(
        "gather-passes",
        gatherPasses,
        gatherPasses >= 0 && gatherPasses <= MOST_PASSES,
        "0 to " + MOST_PASSES);
    requireNotNegative("longest-gather", longestGather);
    LIMITS.require(
        "forgetting", forgetting, forgetting > 0 && forgetting <= 1, "over 0 and at most 1");
  }

  /** The bound on being passed, see {@link AdaptivePolicy}. */
  public Duration passingBound() {
    return postponement.plus(longestHeadStart);
  }

  private static void requireNotNegative(String property, Duration value) {
    LIMITS.require(property, value, !value.isNegative(), "0 or more");
  }
}
