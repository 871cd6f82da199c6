package io.chameleon.adapter.host;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much host memory adapters take, and how they come there.
 *
 * @param fraction share of the memory available at start that packed adapters may take, over 0 and
 *     at most 0.9; while memory is tight they get less
 * @param loads most adapters that are read from disk at once
 */
@ConfigurationProperties("chameleon.host")
public record HostTierProperties(
    @DefaultValue("0.25") double fraction, @DefaultValue("64") int loads) {

  private static final double LARGEST_FRACTION = 0.9;

  private static final int MOST_LOADS = 4096;

  public HostTierProperties {
    if (!(fraction > 0 && fraction <= LARGEST_FRACTION)) {
      throw new IllegalArgumentException(
          "chameleon.host.fraction is %s; it must be over 0 and at most %s"
              .formatted(fraction, LARGEST_FRACTION));
    }
    if (loads < 1 || loads > MOST_LOADS) {
      throw new IllegalArgumentException(
          "chameleon.host.loads is %d; it must be 1 to %d".formatted(loads, MOST_LOADS));
    }
  }

  /** The configured maximum of the host tier, in bytes, of what is available at start. */
  public long maximumBytes(long availableBytes) {
    return (long) (availableBytes * fraction);
  }
}
