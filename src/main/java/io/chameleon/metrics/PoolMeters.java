package io.chameleon.metrics;

import io.chameleon.request.AdapterTier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * The meters of the adapters' tiers. Callers say what happened and know no meter; every method is
 * cheap enough for the engine thread and safe from any other.
 */
public final class PoolMeters {

  private final MeterRegistry registry;
  private final Tags tags;
  private final Map<AdapterTier, Counter> requests = new EnumMap<>(AdapterTier.class);
  private final Timer toHost;
  private final Timer toDevice;
  private final Counter failedLoads;

  /**
   * Registers all meters.
   *
   * @param registry where they are kept
   * @param modelName id of the base model
   */
  public PoolMeters(MeterRegistry registry, String modelName) {
    this.registry = registry;
    this.tags = Tags.of(MetricNames.MODEL_NAME, modelName);
    for (AdapterTier tier : AdapterTier.values()) {
      requests.put(
          tier,
          registry.counter(
              MetricNames.ADAPTER_REQUESTS, tags.and(MetricNames.TIER, tier.wireName())));
    }
    toHost = timer("host");
    toDevice = timer("device");
    failedLoads = registry.counter(MetricNames.ADAPTER_LOADS_FAILED, tags);
  }

  /** Meters that measure nothing, for a pool that nobody watches. */
  public static PoolMeters unregistered() {
    return new PoolMeters(new CompositeMeterRegistry(), "");
  }

  /** A request has asked for an adapter, which was found here: a hit on the device, else a miss. */
  public void requested(AdapterTier foundIn) {
    Counter counter = requests.get(foundIn);
    if (counter != null) {
      counter.increment();
    }
  }

  /** An adapter was read from disk, checked and packed. */
  public void loadedToHost(long nanos) {
    toHost.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** An adapter was copied into device memory. */
  public void loadedToDevice(long nanos) {
    toDevice.record(nanos, TimeUnit.NANOSECONDS);
  }

  /** An adapter could not be read, or was refused when it was. */
  public void loadFailed() {
    failedLoads.increment();
  }

  /** An adapter has left device memory. */
  public void evicted(String reason, String policy) {
    registry
        .counter(
            MetricNames.ADAPTER_EVICTIONS,
            tags.and(MetricNames.EVICTION_REASON, reason, MetricNames.POLICY, policy))
        .increment();
  }

  /** An adapter was loaded before it was needed. */
  public void prefetched(String kind) {
    prefetch(kind, "started");
  }

  /** One that was, was used then, or left unused. */
  public void prefetchEnded(String kind, boolean right) {
    prefetch(kind, right ? "right" : "wrong");
  }

  /**
   * Binds how many adapters, and how many bytes of them, are in a tier; one that is in several
   * counts in each. Both are cheap and safe from any thread.
   */
  public void tier(AdapterTier tier, DoubleSupplier adapters, DoubleSupplier bytes) {
    Tags tagged = tags.and(MetricNames.TIER, tier.wireName());
    gauge(MetricNames.ADAPTERS, tagged, adapters);
    gauge(MetricNames.ADAPTER_BYTES, tagged, bytes);
  }

  /** Binds how many adapters are pinned, and how many requests wait for theirs. */
  public void needs(DoubleSupplier pinned, DoubleSupplier waiting) {
    gauge(MetricNames.ADAPTERS_PINNED, tags, pinned);
    gauge(MetricNames.ADAPTER_WAITING, tags, waiting);
  }

  private void gauge(String name, Tags tagged, DoubleSupplier value) {
    Gauge.builder(name, value, DoubleSupplier::getAsDouble)
        .tags(tagged)
        .strongReference(true)
        .register(registry);
  }

  private void prefetch(String kind, String outcome) {
    registry
        .counter(
            MetricNames.ADAPTER_PREFETCHES,
            tags.and(MetricNames.PREFETCH_KIND, kind, MetricNames.OUTCOME, outcome))
        .increment();
  }

  private Timer timer(String tier) {
    return Timer.builder(MetricNames.ADAPTER_LOAD_TIME)
        .tags(tags.and(MetricNames.TIER, tier))
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofNanos(100_000))
        .maximumExpectedValue(Duration.ofMinutes(2))
        .register(registry);
  }
}
