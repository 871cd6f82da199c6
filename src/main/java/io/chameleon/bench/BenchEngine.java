package io.chameleon.bench;

import io.chameleon.AdapterTiers;
import io.chameleon.EngineFactory;
import io.chameleon.ServedFolders;
import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.adapter.pool.PoolSupply;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.engine.Batch;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.ModelDevice;
import io.chameleon.engine.djl.CpuCompute;
import io.chameleon.memory.HostMemory;
import io.chameleon.memory.OwnedCells;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import io.chameleon.serving.EngineResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The engine as the service has it, without the service. For the thread that made it: libtorch
 * keeps settings and helper threads for each.
 */
final class BenchEngine implements AutoCloseable {

  private static final String ORDINARY = "banking-intent";

  /** Of the free memory; pages that no row writes are never taken. */
  private static final int ARENA_SHARE = 4;

  private static final long POLL_NANOS = 100_000;

  private final String modelId;

  private final ModelConfig config;

  private final AdapterRegistry adapters;

  private final AdapterTiers tiers;

  private final EngineResources resources;

  private final long weightBytes;

  private BenchEngine(
      String modelId, Checkpoint checkpoint, AdapterRegistry adapters, int threads) {
    this.modelId = modelId;
    this.config = checkpoint.config();
    this.adapters = adapters;
    long bytes = new HostMemory().availableBytes() / ARENA_SHARE;
    ComputeDevice compute = new CpuCompute(threads);
    PoolMeters meters = new PoolMeters(new SimpleMeterRegistry(), modelId);
    this.tiers =
        AdapterTiers.over(adapters, AdapterTiers.Target.of(compute, config), bytes, 1, meters);
    EngineFactory factory =
        new EngineFactory(
            checkpoint,
            compute,
            bytes,
            new PoolSupply(
                adapters::catalogue,
                tiers.host(),
                PrefetchProperties.byQueue(),
                LoadHabits.NONE,
                () -> {}),
            () -> EvictionKind.LRU.create(EvictionParameters.DEFAULT),
            new PoolReports(new EvictionLog(1), new RequestTrace(1), meters));
    ModelDevice device = factory.openDevice();
    this.weightBytes = device.weightBytes();
    this.resources = factory.over(device);
  }

  /** Loads model and adapters. */
  static BenchEngine open(BenchOptions options) {
    ServedFolders folders = ServedFolders.of(options.served());
    Checkpoint checkpoint = Checkpoint.open(folders.model());
    AdapterRegistry adapters =
        AdapterRegistry.open(
            folders.adapters(), DeviceModel.float32(checkpoint.config()), folders.modelId());
    return new BenchEngine(folders.modelId(), checkpoint, adapters, options.threads());
  }

  String modelId() {
    return modelId;
  }

  ModelConfig config() {
    return config;
  }

  /** Bytes of weights that a decode step reads, as they lie in memory. */
  long weightBytes() {
    return weightBytes;
  }

  /** The adapters, by name. */
  List<AdapterCatalogue.Served> adapters() {
    return adapters.catalogue().served();
  }

  /**
   * The one that stands for an ordinary adapter: rank 16 on q, k, v and o; none if there is none.
   */
  List<AdapterCatalogue.Served> oneAdapter() {
    List<AdapterCatalogue.Served> all = adapters();
    return all.stream()
        .filter(adapter -> adapter.name().equals(ORDINARY))
        .findFirst()
        .or(() -> all.stream().findFirst())
        .stream()
        .toList();
  }

  /** The first ones by name, as many as this if there are. */
  List<AdapterCatalogue.Served> firstAdapters(int count) {
    return adapters().stream().limit(count).toList();
  }

  /** The adapters, by rank, then by name. */
  List<AdapterCatalogue.Served> adaptersByRank() {
    return adapters().stream()
        .sorted(Comparator.comparingInt(a -> a.version().shape().rank()))
        .toList();
  }

  /** Lends an adapter; waits until it is loaded. */
  AdapterLease lease(AdapterCatalogue.Served adapter) {
    AdapterLease lease = resources.leases().request(adapter.name());
    resources.leases().beforePass();
    Loan loan = lease.tryLend(0);
    while (loan == Loan.LOADING) {
      LockSupport.parkNanos(POLL_NANOS);
      resources.leases().beforePass();
      loan = lease.tryLend(0);
    }
    if (loan == Loan.NO_ROOM) {
      throw new IllegalStateException("no room for adapter " + adapter.name());
    }
    return lease;
  }

  OwnedCells allocate(int cells) {
    return resources
        .cells()
        .allocate(cells)
        .orElseThrow(() ->
            new IllegalStateException(
                "no room for %d tokens; the arena holds %d"
                    .formatted(cells, resources.cells().capacity())));
  }

  void release(OwnedCells run) {
    resources.cells().release(run);
  }

  void step(Batch batch) {
    if (!resources.engine().step(batch).failures().isEmpty()) {
      throw new IllegalStateException("a row of the step gave no token");
    }
  }

  @Override
  public void close() {
    resources.engine().close();
    tiers.close();
    adapters.close();
  }
}
