package io.chameleon;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.catalogue.CatalogueProperties;
import io.chameleon.adapter.catalogue.VersionReader;
import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.EvictionProperties;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.adapter.host.HostTierProperties;
import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.adapter.pool.PoolSupply;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.adapter.pool.RunningSize;
import io.chameleon.admission.AdapterSizes;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.memory.HostMemory;
import io.chameleon.memory.MemoryProperties;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.SchedulingProperties;
import io.chameleon.serving.Inbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The wiring of the adapters' way: folders, host memory, device memory. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  CatalogueProperties.class,
  MemoryProperties.class,
  HostTierProperties.class,
  EvictionProperties.class,
  PrefetchProperties.class,
  LoadHabits.class,
  EngineProperties.class
})
class AdapterConfiguration {

  /** Requests that a replay under another policy goes over. */
  private static final int TRACE = 50_000;

  /** Memory as it was before anything large was taken of it. */
  record StartMemory(long availableBytes) {}

  /** Bytes of the arena. */
  record ArenaSize(long bytes) {}

  @Bean
  StartMemory startMemory() {
    return new StartMemory(new HostMemory().availableBytes());
  }

  @Bean
  ComputeDevice computeDevice(
      EngineProperties engine, ChameleonProperties properties, SchedulingProperties scheduling) {
    return engine.device(properties.engineThreads(), scheduling);
  }

  /** The model as it will lie on the device. */
  @Bean
  DeviceModel deviceModel(Checkpoint checkpoint, ComputeDevice compute) {
    return new DeviceModel(checkpoint.config(), compute.numbers(), compute.evenAdapters());
  }

  @Bean
  ArenaSize arenaSize(ComputeDevice compute, DeviceModel model, MemoryProperties properties) {
    long available = compute.availableBytes(model.config());
    return new ArenaSize(properties.arenaBytes(available, compute.arenaShare()));
  }

  @Bean
  AdapterRegistry adapterRegistry(
      ServedFolders folders, DeviceModel model, CatalogueProperties properties, ArenaSize arena)
      throws InterruptedException {
    RunningSize running = RunningSize.on(model);
    int cells = model.cells(arena.bytes());
    AdapterRegistry registry =
        new AdapterRegistry(
            folders.adapters(),
            properties.allowedRoots(),
            model,
            folders.modelId(),
            shape -> running.refusal(shape, cells),
            InstantSource.system());
    registry.look();
    if (!registry.catalogue().pending().isEmpty()) {
      // What was copied just before the start is to be served from the start.
      Thread.sleep(properties.scanInterval());
      registry.look();
    }
    return registry;
  }

  @Bean
  AdapterSizes adapterSizes(AdapterRegistry registry, DeviceModel model) {
    return AdapterSizes.ofCatalogue(registry::catalogue, model.cellBytes());
  }

  @Bean
  PoolMeters poolMeters(MeterRegistry registry, ServedFolders folders) {
    return new PoolMeters(registry, folders.modelId());
  }

  @Bean
  AdapterTiers.Target adapterTarget(ComputeDevice compute, DeviceModel model) {
    return new AdapterTiers.Target(model, compute.hostMemory());
  }

  @Bean
  AdapterTiers adapterTiers(
      AdapterRegistry registry,
      AdapterTiers.Target target,
      StartMemory memory,
      HostTierProperties properties,
      PoolMeters meters) {
    return AdapterTiers.over(
        registry,
        target,
        properties.maximumBytes(memory.availableBytes()),
        properties.loads(),
        meters);
  }

  @Bean
  PoolSupply poolSupply(
      AdapterTiers tiers,
      Inbox inbox,
      PrefetchProperties prefetch,
      LoadHabits habits,
      SchedulingProperties scheduling,
      PolicySettings policies) {
    LoadHabits all = habits.and(scheduling.policyKind().loadHabits(policies));
    tiers
        .registry()
        .onChange(catalogue -> {
          dropNameless(tiers.host(), catalogue);
          inbox.wake();
        });
    return new PoolSupply(tiers.registry()::catalogue, tiers.host(), prefetch, all, inbox::wake);
  }

  @Bean
  PoolReports poolReports(EvictionProperties properties, PoolMeters meters) {
    return new PoolReports(
        new EvictionLog(properties.decisions()),
        new RequestTrace(TRACE, properties.tailTarget()),
        meters);
  }

  @Bean
  EngineFactory engineFactory(
      Checkpoint checkpoint,
      ComputeDevice compute,
      ArenaSize arena,
      PoolSupply supply,
      EvictionProperties eviction,
      PoolReports reports) {
    return new EngineFactory(
        checkpoint,
        compute,
        arena.bytes(),
        supply,
        () -> eviction.kind().create(eviction.parameters()),
        reports);
  }

  @Bean
  CatalogueThreads catalogueThreads(
      AdapterTiers tiers, Checkpoint checkpoint, CatalogueProperties properties) {
    return new CatalogueThreads(tiers, new VersionReader(checkpoint.config()), properties);
  }

  private static void dropNameless(HostTier host, AdapterCatalogue catalogue) {
    host.retainAll(
        catalogue.versions().stream()
            .map(AdapterVersion::contentHash)
            .flatMap(Optional::stream)
            .collect(Collectors.toSet()));
  }
}
