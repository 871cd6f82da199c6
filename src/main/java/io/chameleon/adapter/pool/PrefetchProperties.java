package io.chameleon.adapter.pool;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which adapters are loaded before they are needed; nobody is ever evicted for that.
 *
 * @param queue those that queued requests want
 * @param histogram those that are likely to be asked for soon, by the histogram of their idle times
 * @param bin width of the bins of the histogram
 * @param bins how many it has; longer idle times predict nothing
 */
@ConfigurationProperties("chameleon.prefetch")
public record PrefetchProperties(
    @DefaultValue("true") boolean queue,
    @DefaultValue("false") boolean histogram,
    @DefaultValue("1s") Duration bin,
    @DefaultValue("240") int bins) {

  private static final int MOST_BINS = 10_000;

  public PrefetchProperties {
    if (!bin.isPositive()) {
      throw new IllegalArgumentException(
          "chameleon.prefetch.bin is %s; it must be over 0".formatted(bin));
    }
    if (bins < 2 || bins > MOST_BINS) {
      throw new IllegalArgumentException(
          "chameleon.prefetch.bins is %d; it must be 2 to %d".formatted(bins, MOST_BINS));
    }
  }

  /** By the queue alone. */
  public static PrefetchProperties byQueue() {
    return new PrefetchProperties(true, false, Duration.ofSeconds(1), 240);
  }
}
