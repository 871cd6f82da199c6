package io.chameleon.actuator;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Names the adapters that were refused, and those that are not whole yet. One bad adapter does not
 * make the service sick: always up.
 */
public class AdaptersHealthIndicator extends AbstractHealthIndicator {

  private final Supplier<AdapterCatalogue> catalogue;

  /** Makes the indicator over the catalogue, asked anew each time. */
  public AdaptersHealthIndicator(Supplier<AdapterCatalogue> catalogue) {
    super("The adapter catalogue could not be read");
    this.catalogue = catalogue;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    AdapterCatalogue now = catalogue.get();
    Map<String, String> refused = new TreeMap<>();
    now.refused().forEach(entry -> refused.put(entry.name(), entry.reason()));
    Map<String, String> pending = new TreeMap<>();
    now.pending().forEach(entry -> pending.put(entry.name(), entry.reason()));
    builder
        .up()
        .withDetail("served", now.served().size())
        .withDetail("refused", refused)
        .withDetail("pending", pending);
  }
}
