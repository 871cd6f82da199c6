package io.chameleon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.AdapterTier;
import io.chameleon.request.FinishReason;
import io.chameleon.request.RequestTiming;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ServingMetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private final ServingMeters meters = new ServingMeters(registry, "base");

  @Test
  void finished_recordsEachPartOfTheTime() {
    meters.finished(
        FinishReason.STOP,
        new RequestTiming(
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            AdapterTier.DISK,
            Duration.ofMillis(3),
            Duration.ofMillis(4)),
        Duration.ofMillis(10).toNanos());

    assertThat(millis(MetricNames.REQUEST_QUEUE_TIME)).isEqualTo(1);
    assertThat(millis(MetricNames.REQUEST_ADAPTER_TIME)).isEqualTo(2);
    assertThat(millis(MetricNames.REQUEST_PREFILL_TIME)).isEqualTo(3);
    assertThat(millis(MetricNames.REQUEST_DECODE_TIME)).isEqualTo(4);
    assertThat(millis(MetricNames.E2E_REQUEST_LATENCY)).isEqualTo(10);
  }

  @Test
  void finished_ofTheBase_hasNoAdapterTime() {
    meters.finished(
        FinishReason.STOP,
        new RequestTiming(Duration.ZERO, Duration.ZERO, null, Duration.ZERO, Duration.ZERO),
        0);

    assertThat(registry.get(MetricNames.REQUEST_ADAPTER_TIME).timer().count()).isZero();
  }

  @Test
  void steps_sinceAnEarlierReading_areThoseBetween() {
    meters.step(5_000_000, 1, 1);
    StepTotals before = meters.steps();
    meters.step(2_000_000, 1, 1);
    meters.overhead(100_000);
    meters.step(4_000_000, 1, 1);
    meters.overhead(300_000);

    StepTotals between = meters.steps().since(before);

    assertThat(between.steps()).isEqualTo(2);
    assertThat(between.engineMillis()).isEqualTo(3);
    assertThat(between.loopMillis()).isEqualTo(0.2);
  }

  @Test
  void gauges_readTheirSources() {
    AtomicInteger running = new AtomicInteger(3);
    meters.bind(running::get, () -> 5, () -> 0.25, () -> 7);
    running.set(4);

    assertThat(registry.get(MetricNames.NUM_REQUESTS_RUNNING).gauge().value()).isEqualTo(4);
    assertThat(registry.get(MetricNames.NUM_REQUESTS_WAITING).gauge().value()).isEqualTo(5);
    assertThat(registry.get(MetricNames.KV_CACHE_USAGE).gauge().value()).isEqualTo(0.25);
    assertThat(registry.get(MetricNames.NUM_PREEMPTIONS).functionCounter().count()).isEqualTo(7);
  }

  @Test
  void step_recordsItsShape() {
    meters.step(Duration.ofMillis(6).toNanos(), 4, 90);
    meters.overhead(1000);

    assertThat(millis(MetricNames.STEP_TIME)).isEqualTo(6);
    assertThat(registry.get(MetricNames.BATCH_ROWS).summary().totalAmount()).isEqualTo(4);
    assertThat(registry.get(MetricNames.ITERATION_TOKENS).summary().totalAmount()).isEqualTo(90);
    assertThat(registry.get(MetricNames.STEP_OVERHEAD).timer().count()).isEqualTo(1);
  }

  @Test
  void scrape_showsUnitsAndModel() {
    PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ServingMeters scraped = new ServingMeters(prometheus, "base");
    scraped.firstToken(Duration.ofMillis(12).toNanos(), 9);
    scraped.nextToken(Duration.ofMillis(5).toNanos());

    assertThat(prometheus.scrape())
        .contains("chameleon_time_to_first_token_seconds_count{model_name=\"base\"} 1")
        .contains("chameleon_inter_token_latency_seconds_bucket{model_name=\"base\",le=")
        .contains("chameleon_prompt_tokens_total{model_name=\"base\"} 9.0")
        .contains("chameleon_generation_tokens_total{model_name=\"base\"} 2.0");
  }

  private double millis(String timer) {
    return registry.get(timer).timer().totalTime(TimeUnit.MILLISECONDS);
  }
}
