package io.chameleon.oracle;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.catalogue.VersionReader;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.eviction.EvictionLog;
import io.chameleon.adapter.eviction.EvictionParameters;
import io.chameleon.adapter.eviction.RequestTrace;
import io.chameleon.adapter.host.AdapterPacker;
import io.chameleon.adapter.host.AdapterSource;
import io.chameleon.adapter.host.FolderSource;
import io.chameleon.adapter.host.HostBlock;
import io.chameleon.adapter.host.HostLoader;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.EvictingKvCells;
import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.adapter.pool.PoolDevice;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.adapter.pool.PoolSupply;
import io.chameleon.adapter.pool.PrefetchProperties;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.ModelDevice;
import io.chameleon.engine.djl.CpuCompute;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.KvCells;
import io.chameleon.metrics.PoolMeters;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import io.chameleon.request.AdapterTier;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A real model, its adapters, arena, pool and engine, put together as the service does it; but
 * folders are read on the calling thread. What is not lent is in host memory as long as it is
 * cached there.
 */
public final class EngineBench implements AutoCloseable {

  /** Where the two best logits are closer than this, either token may come. */
  private static final double TIE = 1e-4;

  /** The demo model in the project's resources. */
  public static final Path DEMO = Path.of("src/main/resources/demo-model");

  private static final long HOST_BYTES = 1L << 30;

  public final AdapterPool pool;
  public final KvCells cells;
  public final InferenceEngine engine;
  public final ModelConfig config;

  private final CellSpace space;
  private final HostBlock.Allocator memory;
  private final HostTier host;
  private final double tie;
  private int loads;

  /**
   * Loads the model onto the CPU, and no adapter yet.
   *
   * @param arenaCells size of the arena
   * @param change what is done to each adapter before it is served; identity for the real thing
   */
  public EngineBench(
      Path base, List<Path> adapters, int arenaCells, UnaryOperator<PackedAdapter> change) {
    this(new CpuCompute(2), base, adapters, arenaCells, change);
  }

  /**
   * Loads the model, and no adapter yet.
   *
   * @param compute what it is loaded onto
   * @param arenaCells size of the arena
   * @param change what is done to each adapter before it is served; identity for the real thing
   */
  public EngineBench(
      ComputeDevice compute,
      Path base,
      List<Path> adapters,
      int arenaCells,
      UnaryOperator<PackedAdapter> change) {
    this.memory = compute.hostMemory();
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      this.config = checkpoint.config();
      DeviceModel model = new DeviceModel(config, compute.numbers(), compute.evenAdapters());
      this.tie = compute.numbers() == ElementType.BF16 ? Bf16Limits.here().tie() : TIE;
      AdapterRegistry registry = AdapterRegistry.open(adapters, model, "base");
      ModelDevice device = compute.open(checkpoint, arenaCells * model.cellBytes());
      this.space = new CellSpace(new Arena(device.cells()), device.arena());
      PoolMeters meters = new PoolMeters(new SimpleMeterRegistry(), "base");
      HostLoader loader = new HostLoader(source(change, model), registry, meters, System::nanoTime);
      this.host = new HostTier(loader, Runnable::run, HOST_BYTES);
      this.pool =
          new AdapterPool(
              new PoolDevice(config, space, device.arena()),
              new PoolSupply(
                  registry::catalogue,
                  host,
                  PrefetchProperties.byQueue(),
                  LoadHabits.NONE,
                  () -> {}),
              EvictionKind.LRU.create(EvictionParameters.DEFAULT),
              new PoolReports(new EvictionLog(1), new RequestTrace(1), meters),
              System::nanoTime);
      this.cells = new EvictingKvCells(space, pool, device.arena());
      this.engine = device.engine(pool::window);
      registry.close();
    }
  }

  /** How close the two best golden logits, else its own, are where either token may come. */
  double tie() {
    return tie;
  }

  /** The demo model with its adapters. */
  public static EngineBench demo(UnaryOperator<PackedAdapter> change) {
    return demo(new CpuCompute(2), change);
  }

  /** The same on another device. */
  public static EngineBench demo(ComputeDevice compute, UnaryOperator<PackedAdapter> change) {
    return new EngineBench(
        compute, DEMO.resolve("base"), List.of(DEMO.resolve("adapters")), 60_000, change);
  }

  /** One of the tiny models with the adapters that lie beside it. */
  public static EngineBench tiny(String architecture, UnaryOperator<PackedAdapter> change) {
    return tiny(new CpuCompute(2), architecture, change);
  }

  /** The same on another device. */
  public static EngineBench tiny(
      ComputeDevice compute, String architecture, UnaryOperator<PackedAdapter> change) {
    Path folder = GoldenCase.FIXTURES.resolve(architecture);
    return new EngineBench(compute, folder.resolve("base"), List.of(folder), 20_000, change);
  }

  /** A lease of an adapter that is lent, for which there must be room. */
  public AdapterLease lease(String adapter) {
    return tryLease(adapter, 0).orElseThrow();
  }

  /** A lease of an adapter that is lent, or nothing if there is no room for it and the KV now. */
  Optional<AdapterLease> tryLease(String adapter, int cellsBeside) {
    pool.beforePass();
    AdapterLease lease = pool.request(adapter);
    Loan loan = lease.tryLend(cellsBeside);
    while (loan == Loan.LOADING) {
      Thread.onSpinWait();
      pool.beforePass();
      loan = lease.tryLend(cellsBeside);
    }
    if (loan == Loan.NO_ROOM) {
      lease.close();
      return Optional.empty();
    }
    loads += lease.foundIn() == AdapterTier.DEVICE ? 0 : 1;
    return Optional.of(lease);
  }

  /** How many leases that were lent found their adapter elsewhere than on the device. */
  int loads() {
    return loads;
  }

  /** Takes every cell for KV, which nobody may hold now, and gives them back. */
  void evictAll() {
    cells.release(cells.allocate(space.cells()).orElseThrow());
    if (!pool.residents().isEmpty()) {
      throw new IllegalStateException("adapters are left: " + pool.residents());
    }
  }

  /** Drops what host memory keeps of adapters, so that they must be read from disk again. */
  void emptyHostMemory() {
    host.setMaxBytes(0);
    host.setMaxBytes(HOST_BYTES);
    if (memory.allocatedBytes() != 0) {
      throw new IllegalStateException(memory.allocatedBytes() + " bytes are still held");
    }
  }

  /** Nothing runs any more: KV and windows are empty, and every cell is accounted for. */
  public void checkIdle() {
    pool.checkIntegrity();
    if (space.usedCells(CellUse.KV) + space.usedCells(CellUse.WINDOW) != 0) {
      throw new IllegalStateException("KV or window cells are left");
    }
  }

  @Override
  public void close() {
    engine.close();
    host.close();
  }

  private AdapterSource source(UnaryOperator<PackedAdapter> change, DeviceModel model) {
    FolderSource folders =
        new FolderSource(new VersionReader(config), new AdapterPacker(model, memory));
    return version -> change.apply(folders.read(version));
  }
}
