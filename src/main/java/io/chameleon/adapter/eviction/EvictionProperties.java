package io.chameleon.adapter.eviction;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which idle adapter gives way when memory is short.
 *
 * @param policy one of the names of {@link EvictionKind}
 * @param frequencyWeight of the term of frequency in the score of {@code chameleon}
 * @param recencyWeight of its term of recency
 * @param sizeWeight of its term of size
 * @param frequencyWindow in which {@code chameleon} and {@code fair-share} count requests
 * @param demandHalfLife after which a request weighs half in the demand that {@code lfu}, {@code
 *     value-per-byte} and {@code tail} learn
 * @param tailTarget the stall that {@code tail} tries to keep loads under
 * @param decisions how many of the last evictions are kept to be looked at, at least 1
 */
@ConfigurationProperties("chameleon.eviction")
public record EvictionProperties(
    @DefaultValue("tail") String policy,
    @DefaultValue("0.45") double frequencyWeight,
    @DefaultValue("0.10") double recencyWeight,
    @DefaultValue("0.45") double sizeWeight,
    @DefaultValue("5m") Duration frequencyWindow,
    @DefaultValue("5m") Duration demandHalfLife,
    @DefaultValue("10ms") Duration tailTarget,
    @DefaultValue("100") int decisions) {

  private static final int MOST_DECISIONS = 10_000;

  public EvictionProperties {
    EvictionKind.named(policy);
    new ScoreWeights(frequencyWeight, recencyWeight, sizeWeight);
    new EvictionParameters(ScoreWeights.PAPER, frequencyWindow, demandHalfLife, tailTarget);
    if (decisions < 1 || decisions > MOST_DECISIONS) {
      throw new IllegalArgumentException(
          "chameleon.eviction.decisions is %d; it must be 1 to %d"
              .formatted(decisions, MOST_DECISIONS));
    }
  }

  /** The chosen policy. */
  public EvictionKind kind() {
    return EvictionKind.named(policy);
  }

  /** The numbers that the policies have. */
  public EvictionParameters parameters() {
    return new EvictionParameters(
        new ScoreWeights(frequencyWeight, recencyWeight, sizeWeight),
        frequencyWindow,
        demandHalfLife,
        tailTarget);
  }
}
