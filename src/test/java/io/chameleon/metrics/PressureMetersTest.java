package io.chameleon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PressureMetersTest {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final PressureMeters meters = new PressureMeters(registry, "base");

  @Test
  void scrape_showsEachSignalAndAnAbsentOneAsNaN() {
    meters.signal("heap", () -> 0.5);
    meters.signal("device-others", () -> Double.NaN);

    assertThat(registry.scrape())
        .contains("chameleon_pressure{model_name=\"base\",signal=\"heap\"} 0.5")
        .contains("chameleon_pressure{model_name=\"base\",signal=\"device-others\"} NaN");
  }

  @Test
  void scrape_showsLevelAndHostTierAsTheyAreThen() {
    AtomicInteger level = new AtomicInteger();
    meters.level(level::get);
    meters.hostTierMaximum(() -> 4096);
    level.set(2);

    assertThat(registry.scrape())
        .contains("chameleon_pressure_level{model_name=\"base\"} 2.0")
        .contains("chameleon_host_tier_max_bytes{model_name=\"base\"} 4096.0");
  }
}
