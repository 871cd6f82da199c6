package io.chameleon.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.DoubleSupplier;

/** The gauges of memory pressure. Each is read when it is asked for, from any thread. */
public final class PressureMeters {

  private final MeterRegistry registry;

  private final Tags tags;

  /**
   * Prepares them; none is registered yet.
   *
   * @param registry where they are kept
   * @param modelName id of the base model
   */
  public PressureMeters(MeterRegistry registry, String modelName) {
    this.registry = registry;
    this.tags = Tags.of(MetricNames.MODEL_NAME, modelName);
  }

  /**
   * Registers a signal.
   *
   * @param name its name
   * @param share its latest value; NaN while it is absent
   */
  public void signal(String name, DoubleSupplier share) {
    register(
        Gauge.builder(MetricNames.PRESSURE, share, DoubleSupplier::getAsDouble)
            .tag(MetricNames.SIGNAL, name));
  }

  /** Registers the worst level of all: 0, 1 or 2. */
  public void level(DoubleSupplier level) {
    register(Gauge.builder(MetricNames.PRESSURE_LEVEL, level, DoubleSupplier::getAsDouble));
  }

  /** Registers what the host tier may hold, in bytes; NaN if there is none. */
  public void hostTierMaximum(DoubleSupplier bytes) {
    register(
        Gauge.builder(MetricNames.HOST_TIER_MAX, bytes, DoubleSupplier::getAsDouble)
            .baseUnit("bytes"));
  }

  private void register(Gauge.Builder<DoubleSupplier> gauge) {
    gauge.tags(tags).strongReference(true).register(registry);
  }
}
