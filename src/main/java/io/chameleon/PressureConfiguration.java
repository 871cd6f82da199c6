package io.chameleon;

import ai.djl.Device;
import io.chameleon.actuator.PressureEndpoint;
import io.chameleon.adapter.host.HostTierProperties;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.engine.djl.DjlDeviceMemory;
import io.chameleon.memory.pressure.DeviceMemory;
import io.chameleon.memory.pressure.HostSignals;
import io.chameleon.memory.pressure.HostTierGauge;
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
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The wiring of memory pressure: what is read, who is told. A bean of type {@link HostTierGauge}
 * tells of the host tier; whoever must follow the pressure calls {@link PressureMonitor#listen}.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PressureProperties.class, HostTierProperties.class})
class PressureConfiguration {

  /** The engine computes on the CPU, so this says that there is no device to ask. */
  @Bean
  DeviceMemory deviceMemory() {
    return new DjlDeviceMemory(Device.cpu(), () -> 0);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  PressureMonitor pressureMonitor(
      PressureProperties properties,
      EngineThread engine,
      DeviceMemory device,
      PrefetchProperties prefetch,
      Inbox inbox,
      ObjectProvider<HostTierGauge> hostTier) {
    List<PressureSignal> signals = new ArrayList<>(ArenaSignals.of(engine::status));
    signals.addAll(HostSignals.all(Path.of("/"), new HotSpotMemory()));
    signals.add(gauge(hostTier).signal());
    signals.add(DeviceMemory.signal(device));
    PressureMonitor monitor =
        new PressureMonitor(signals, properties, System::nanoTime, InstantSource.system());
    if (prefetch.histogram()) {
      // An idle engine makes no passes, and so no guesses; a sample is as good a beat as any.
      monitor.listen(sample -> inbox.wake());
    }
    return monitor;
  }

  @Bean
  PressureEndpoint pressureEndpoint(
      PressureMonitor monitor, EngineThread engine, ObjectProvider<HostTierGauge> hostTier) {
    return new PressureEndpoint(monitor::snapshot, gauge(hostTier), () -> engine.status().arena());
  }

  @Bean
  PressureMeters pressureMeters(
      MeterRegistry registry,
      ServedFolders folders,
      PressureMonitor monitor,
      ObjectProvider<HostTierGauge> hostTier) {
    PressureMeters meters = new PressureMeters(registry, folders.modelId());
    monitor.snapshot().signals().stream()
        .map(SignalState::kind)
        .forEach(kind ->
            meters.signal(
                kind.wireName(), () -> monitor.snapshot().share(kind).orElse(Double.NaN)));
    meters.level(() -> monitor.snapshot().level().number());
    HostTierGauge tier = gauge(hostTier);
    meters.hostTierMaximum(
        () -> tier.isPresent() ? (double) tier.maximumBytes().getAsLong() : Double.NaN);
    return meters;
  }

  private static HostTierGauge gauge(ObjectProvider<HostTierGauge> hostTier) {
    return hostTier.getIfAvailable(() -> HostTierGauge.NONE);
  }
}
