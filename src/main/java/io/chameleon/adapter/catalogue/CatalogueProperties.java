package io.chameleon.adapter.catalogue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How the adapter folders are watched.
 *
 * @param scanInterval between two looks
 * @param backgroundScan whether weights are read and checked before they are first asked for
 * @param scanRate bytes a second that this reads at most, on average
 * @param allowedRoots below which an administrator may load adapters from elsewhere
 */
@ConfigurationProperties("chameleon.catalogue")
public record CatalogueProperties(
    @DefaultValue("500ms") Duration scanInterval,
    @DefaultValue("true") boolean backgroundScan,
    @DefaultValue("64MB") DataSize scanRate,
    @DefaultValue List<Path> allowedRoots) {

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final long LEAST_RATE = 1 << 10;

  public CatalogueProperties {
    allowedRoots = List.copyOf(allowedRoots);
    if (scanInterval.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "chameleon.catalogue.scan-interval is %s; it must be at least %s"
              .formatted(scanInterval, SHORTEST));
    }
    if (scanRate.toBytes() < LEAST_RATE) {
      throw new IllegalArgumentException(
          "chameleon.catalogue.scan-rate is %s; it must be at least %d bytes"
              .formatted(scanRate, LEAST_RATE));
    }
  }
}
