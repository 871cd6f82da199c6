package io.chameleon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.AdapterTier;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolMetersTest {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final PoolMeters meters = new PoolMeters(registry, "base");

  @Test
  void scrape_beforeAnythingHappened_showsZerosForEachTier() {
    assertThat(registry.scrape())
        .contains("chameleon_adapter_requests_total{model_name=\"base\",tier=\"device\"} 0.0")
        .contains("chameleon_adapter_requests_total{model_name=\"base\",tier=\"host\"} 0.0")
        .contains("chameleon_adapter_requests_total{model_name=\"base\",tier=\"disk\"} 0.0")
        .contains("chameleon_adapter_loads_failed_total{model_name=\"base\"} 0.0");
  }

  @Test
  void requests_areCountedByTheTierTheyWereFoundIn() {
    meters.requested(AdapterTier.DEVICE);
    meters.requested(AdapterTier.DISK);
    meters.requested(AdapterTier.DISK);

    assertThat(registry.scrape())
        .contains("chameleon_adapter_requests_total{model_name=\"base\",tier=\"device\"} 1.0")
        .contains("chameleon_adapter_requests_total{model_name=\"base\",tier=\"host\"} 0.0")
        .contains("chameleon_adapter_requests_total{model_name=\"base\",tier=\"disk\"} 2.0");
  }

  @Test
  void loads_areTimedByTheTierTheyGoTo() {
    meters.loadedToHost(Duration.ofMillis(30).toNanos());
    meters.loadedToDevice(Duration.ofMillis(2).toNanos());
    meters.loadedToDevice(Duration.ofMillis(3).toNanos());
    meters.loadFailed();

    assertThat(registry.scrape())
        .contains("chameleon_adapter_load_time_seconds_sum{model_name=\"base\",tier=\"host\"} 0.03")
        .contains(
            "chameleon_adapter_load_time_seconds_sum{model_name=\"base\",tier=\"device\"} 0.005")
        .contains(
            "chameleon_adapter_load_time_seconds_count{model_name=\"base\",tier=\"device\"} 2")
        .contains(
            "chameleon_adapter_load_time_seconds_bucket{model_name=\"base\",tier=\"host\",le=")
        .contains("chameleon_adapter_loads_failed_total{model_name=\"base\"} 1.0");
  }

  @Test
  void evictions_areCountedByReasonAndPolicy() {
    meters.evicted("kv", "lru");
    meters.evicted("kv", "lru");
    meters.evicted("window", "lru");

    assertThat(registry.scrape())
        .contains(
            "chameleon_adapter_evictions_total"
                + "{model_name=\"base\",policy=\"lru\",reason=\"kv\"} 2.0")
        .contains(
            "chameleon_adapter_evictions_total"
                + "{model_name=\"base\",policy=\"lru\",reason=\"window\"} 1.0");
  }

  @Test
  void prefetches_areCountedByWhatBecameOfThem() {
    meters.prefetched("queue");
    meters.prefetched("queue");
    meters.prefetchEnded("queue", true);
    meters.prefetchEnded("queue", false);

    assertThat(registry.scrape())
        .contains(prefetches("started") + " 2.0")
        .contains(prefetches("right") + " 1.0")
        .contains(prefetches("wrong") + " 1.0");
  }

  private static String prefetches(String outcome) {
    return "chameleon_adapter_prefetches_total{kind=\"queue\",model_name=\"base\",outcome=\"%s\"}"
        .formatted(outcome);
  }
}
