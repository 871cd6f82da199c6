package io.chameleon.memory.pressure;

import java.util.function.LongSupplier;

/**
 * How full the adapters' host tier is; each supplier is cheap and safe from any thread.
 *
 * @param weightBytes blocks that it holds
 * @param maximumBytes most that it may hold now
 * @param configuredMaximumBytes most that it may ever hold; 0 while there is no host tier
 */
public record HostTierGauge(
    LongSupplier weightBytes, LongSupplier maximumBytes, LongSupplier configuredMaximumBytes) {

  /** The gauge of a service without a host tier. */
  public static final HostTierGauge NONE = new HostTierGauge(() -> 0, () -> 0, () -> 0);

  /** Whether there is a host tier. */
  public boolean isPresent() {
    return configuredMaximumBytes.getAsLong() > 0;
  }

  /** The signal over it. */
  public PressureSignal signal() {
    return new PressureSignal(
        SignalKind.HOST_TIER,
        () ->
            SignalReading.of(
                weightBytes.getAsLong(),
                configuredMaximumBytes.getAsLong(),
                "there is no host tier"));
  }
}
