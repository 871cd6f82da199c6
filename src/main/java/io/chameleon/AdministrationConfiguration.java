package io.chameleon;

import io.chameleon.actuator.AdaptersEndpoint;
import io.chameleon.actuator.AdaptersHealthIndicator;
import io.chameleon.actuator.DecisionsEndpoint;
import io.chameleon.actuator.EngineClock;
import io.chameleon.actuator.WhatIfEndpoint;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.catalogue.VersionReader;
import io.chameleon.adapter.eviction.EvictionProperties;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.openai.AdministrativeCalls;
import io.chameleon.request.AdapterTier;
import io.chameleon.serving.AdapterAdministration;
import io.chameleon.serving.AdminProperties;
import io.chameleon.serving.EngineThread;
import io.chameleon.serving.Inbox;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The wiring of what is shown of adapters, and of what administrators do to them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AdminProperties.class)
class AdministrationConfiguration {

  /** Bytes of a cell of the arena. */
  record CellBytes(long bytes) {}

  @Bean
  CellBytes cellBytes(DeviceModel model) {
    return new CellBytes(model.cellBytes());
  }

  @Bean
  EngineClock engineClock() {
    return new EngineClock(System::nanoTime, InstantSource.system());
  }

  @Bean
  AdapterAdministration adapterAdministration(
      AdapterRegistry registry, Checkpoint checkpoint, Inbox inbox, EngineFactory engines) {
    return new AdapterAdministration(
        registry, new VersionReader(checkpoint.config()), inbox.commands(), engines::pool);
  }

  @Bean
  AdaptersEndpoint adaptersEndpoint(
      AdapterTiers tiers,
      EngineClock clock,
      AdapterAdministration administration,
      AdministrativeCalls calls,
      AdminProperties properties) {
    return new AdaptersEndpoint(
        new AdaptersEndpoint.Sources(
            tiers.registry()::catalogue, tiers.host(), tiers.memory(), clock),
        administration,
        calls,
        properties);
  }

  @Bean
  AdaptersHealthIndicator adaptersHealthIndicator(AdapterRegistry adapters) {
    return new AdaptersHealthIndicator(adapters::catalogue);
  }

  @Bean
  DecisionsEndpoint decisionsEndpoint(
      PoolReports reports, AdapterRegistry adapters, EngineClock clock) {
    return new DecisionsEndpoint(reports.decisions(), adapters::catalogue, clock);
  }

  @Bean
  WhatIfEndpoint whatIfEndpoint(
      PoolReports reports,
      EvictionProperties eviction,
      EngineThread engine,
      CellBytes cell,
      EngineClock clock,
      AdministrativeCalls calls) {
    return new WhatIfEndpoint(
        reports.trace(),
        new WhatIfEndpoint.Running(eviction.kind(), eviction.parameters()),
        () -> idleCells(engine.status().arena()) * cell.bytes(),
        clock,
        calls);
  }

  /** The gauges over the tiers; registered once. */
  record TierGauges() {}

  @Bean
  TierGauges tierGauges(
      PoolMeters meters,
      AdapterTiers tiers,
      EngineFactory engines,
      EngineThread engine,
      CellBytes cell) {
    meters.tier(
        AdapterTier.DEVICE,
        ofPool(engines, pool -> (double) pool.residentCount()),
        () -> (double) engine.status().arena().adapter() * cell.bytes());
    meters.tier(
        AdapterTier.HOST,
        () -> (double) tiers.host().cachedAdapters(),
        () -> (double) tiers.memory().allocatedBytes());
    AdapterRegistry registry = tiers.registry();
    meters.tier(
        AdapterTier.DISK,
        () -> (double) registry.catalogue().served().size(),
        () -> (double) registry.catalogue().weightFileBytes());
    meters.needs(
        ofPool(engines, pool -> (double) pool.pinnedCount()),
        ofPool(engines, pool -> (double) pool.waiting()));
    return new TierGauges();
  }

  private static DoubleSupplier ofPool(EngineFactory engines, ToDoubleFunction<AdapterPool> value) {
    return () -> engines.hasPool() ? value.applyAsDouble(engines.pool()) : 0;
  }

  /** What adapters have and could have: all that neither KV nor the windows take. */
  private static long idleCells(ArenaSnapshot arena) {
    return (long) arena.free() + arena.adapter();
  }
}
