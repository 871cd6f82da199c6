package io.chameleon;

import io.chameleon.actuator.PressureEndpoint;
import io.chameleon.adapter.host.HostTierProperties;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.memory.HostMemory;
import io.chameleon.memory.pressure.DeviceMemory;
import io.chameleon.memory.pressure.HostSignals;
import io.chameleon.memory.pressure.HostTierGauge;
import io.chameleon.memory.pressure.HostTierSizer;
import io.chameleon.memory.pressure.HostTierValve;
import io.chameleon.memory.pressure.HotSpotMemory;
import io.chameleon.memory.pressure.PressureMonitor;
import io.chameleon.memory.pressure.PressureProperties;
import io.chameleon.memory.pressure.PressureSignal;
import io.chameleon.memory.pressure.SignalState;
import io.chameleon.metrics.PressureMeters;
import io.chameleon.serving.EngineThread;
import io.chameleon.serving.Inbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The wiring of memory pressure: what is read, and who follows it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PressureProperties.class, HostTierProperties.class})
class PressureConfiguration {

  @Bean
  DeviceMemory deviceMemory(ComputeDevice compute) {
    return compute.memory();
  }

  /**
   * What is known of the host's memory.
   *
   * @param signals how tight it is
   * @param availableBytes what could still be taken of it
   * @param limitBytes the most that there ever is
   */
  record HostPressure(
      List<PressureSignal> signals, LongSupplier availableBytes, LongSupplier limitBytes) {

    /** What is available beside that which would make it tight; negative if it is. */
    long headroomBytes(PressureProperties properties) {
      double kept = 1 - properties.hostMemory().elevatedRise();
      return availableBytes.getAsLong() - (long) (limitBytes.getAsLong() * kept);
    }
  }

  @Bean
  HostPressure hostPressure() {
    HostMemory memory = new HostMemory();
    return new HostPressure(
        HostSignals.all(Path.of("/"), new HotSpotMemory()),
        memory::availableBytes,
        () -> memory.limitBytes().orElse(0));
  }

  @Bean
  HostTierGauge hostTierGauge(
      AdapterTiers tiers, AdapterConfiguration.StartMemory memory, HostTierProperties properties) {
    long configured = properties.maximumBytes(memory.availableBytes());
    return new HostTierGauge(
        tiers.memory()::allocatedBytes, tiers.host()::maxBytes, () -> configured);
  }

  /** The host tier follows the pressure; the device tier follows the arena by itself. */
  @Bean
  HostTierValve hostTierValve(
      PressureMonitor monitor,
      PressureProperties properties,
      HostPressure host,
      HostTierGauge gauge,
      AdapterTiers tiers) {
    HostTierValve valve =
        new HostTierValve(
            HostTierSizer.of(gauge.configuredMaximumBytes().getAsLong()),
            gauge,
            () -> host.headroomBytes(properties),
            tiers.host()::setMaxBytes);
    monitor.listen(valve);
    return valve;
  }

  /** All that is read. */
  record Signals(List<PressureSignal> all) {}

  @Bean
  Signals pressureSignals(
      EngineThread engine, DeviceMemory device, HostPressure host, HostTierGauge hostTier) {
    List<PressureSignal> signals = new ArrayList<>(ArenaSignals.of(engine::status));
    signals.addAll(host.signals());
    signals.add(hostTier.signal());
    signals.add(DeviceMemory.signal(device));
    return new Signals(signals);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  PressureMonitor pressureMonitor(
      PressureProperties properties, Signals signals, PrefetchProperties prefetch, Inbox inbox) {
    PressureMonitor monitor =
        new PressureMonitor(signals.all(), properties, System::nanoTime, InstantSource.system());
    if (prefetch.histogram()) {
      // An idle engine makes no passes, and so no guesses; a sample is as good a beat as any.
      monitor.listen(sample -> inbox.wake());
    }
    return monitor;
  }

  @Bean
  PressureEndpoint pressureEndpoint(
      PressureMonitor monitor, EngineThread engine, HostTierGauge hostTier) {
    return new PressureEndpoint(monitor::snapshot, hostTier, () -> engine.status().arena());
  }

  @Bean
  PressureMeters pressureMeters(
      MeterRegistry registry,
      ServedFolders folders,
      PressureMonitor monitor,
      HostTierGauge hostTier) {
    PressureMeters meters = new PressureMeters(registry, folders.modelId());
    monitor.snapshot().signals().stream()
        .map(SignalState::kind)
        .forEach(kind ->
            meters.signal(
                kind.wireName(), () -> monitor.snapshot().share(kind).orElse(Double.NaN)));
    meters.level(() -> monitor.snapshot().level().number());
    meters.hostTierMaximum(() -> (double) hostTier.maximumBytes().getAsLong());
    return meters;
  }
}
