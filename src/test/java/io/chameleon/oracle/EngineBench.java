package io.chameleon.oracle;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.host.AdapterPacker;
import io.chameleon.adapter.host.HostAdapters;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.EvictingKvCells;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.djl.CpuDevice;
import io.chameleon.engine.djl.TorchScriptEngine;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.KvCells;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import io.chameleon.request.AdapterTier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A real model, its adapters, arena, pool and engine, put together as the service does it. */
public final class EngineBench implements AutoCloseable {

  /** The demo model in the project's resources. */
  public static final Path DEMO = Path.of("src/main/resources/demo-model");

  public final AdapterPool pool;
  public final KvCells cells;
  public final InferenceEngine engine;
  public final ModelConfig config;

  private final Arena arena;
  private int loads;

  /**
   * Loads everything.
   *
   * @param arenaCells size of the arena
   * @param change what is done to each adapter before it is served; identity for the real thing
   */
  public EngineBench(
      Path base, List<Path> adapters, int arenaCells, UnaryOperator<PackedAdapter> change) {
    try (Checkpoint checkpoint = Checkpoint.open(base);
        AdapterRegistry registry = AdapterRegistry.open(adapters, checkpoint.config(), "base")) {
      AdapterPacker packer = new AdapterPacker(checkpoint.config());
      List<PackedAdapter> packed = new ArrayList<>();
      for (AdapterCatalogue.Served served : registry.catalogue().served()) {
        try (AdapterFile file = AdapterFile.open(served.folder(), checkpoint.config())) {
          packed.add(change.apply(packer.pack(served.name(), file)));
        }
      }
      long bytes = arenaCells * CpuDevice.cellBytes(checkpoint.config());
      CpuDevice device = CpuDevice.open(checkpoint, 2, bytes);
      this.arena = new Arena(device.cells());
      this.pool =
          new AdapterPool(checkpoint.config(), new HostAdapters(packed), arena, device.arena());
      this.cells = new EvictingKvCells(arena, pool, device.arena());
      this.engine = new TorchScriptEngine(device, pool::window);
      this.config = checkpoint.config();
    }
  }

  /** The demo model with its adapters. */
  public static EngineBench demo(UnaryOperator<PackedAdapter> change) {
    return new EngineBench(DEMO.resolve("base"), List.of(DEMO.resolve("adapters")), 60_000, change);
  }

  /** One of the tiny models with the adapters that lie beside it. */
  public static EngineBench tiny(String architecture, UnaryOperator<PackedAdapter> change) {
    Path folder = GoldenCase.FIXTURES.resolve(architecture);
    return new EngineBench(folder.resolve("base"), List.of(folder), 20_000, change);
  }

  /** A lease of an adapter, for which there must be room. */
  public AdapterLease lease(String adapter) {
    return tryLease(adapter).orElseThrow();
  }

  /** A lease of an adapter, or nothing if there is no room now. */
  Optional<AdapterLease> tryLease(String adapter) {
    Optional<AdapterLease> lease = pool.tryAcquire(adapter);
    if (lease.isPresent() && lease.get().foundIn() == AdapterTier.HOST) {
      loads++;
    }
    return lease;
  }

  /** How many leases found their adapter in host memory alone. */
  int loads() {
    return loads;
  }

  /** Nothing runs any more: KV and windows are empty, and every cell is accounted for. */
  public void checkIdle() {
    pool.checkIntegrity();
    if (arena.usedCells(CellUse.KV) + arena.usedCells(CellUse.WINDOW) != 0) {
      throw new IllegalStateException("KV or window cells are left");
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
