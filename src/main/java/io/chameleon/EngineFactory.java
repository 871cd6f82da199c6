package io.chameleon;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.adapter.host.AdapterPacker;
import io.chameleon.adapter.host.HostAdapters;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.EvictingKvCells;
import io.chameleon.engine.djl.CpuDevice;
import io.chameleon.engine.djl.TorchScriptEngine;
import io.chameleon.memory.Arena;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import io.chameleon.serving.EngineResources;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes what the engine thread works with, on that thread: weights and arena on the device, the
 * adapter pool over it, the engine.
 */
public final class EngineFactory implements Supplier<EngineResources> {

  /** Prompt and answer of the shortest request. */
  private static final int FEWEST_TOKENS = 2;

  private final Checkpoint checkpoint;
  private final AdapterCatalogue adapters;
  private final int threads;
  private final long arenaBytes;

  /**
   * @param checkpoint read once, and closed then
   * @param adapters all that are served are packed into host memory
   * @param threads threads of one operation
   * @param arenaBytes size of the arena
   */
  public EngineFactory(
      Checkpoint checkpoint, AdapterCatalogue adapters, int threads, long arenaBytes) {
    this.checkpoint = checkpoint;
    this.adapters = adapters;
    this.threads = threads;
    this.arenaBytes = arenaBytes;
  }

  @Override
  public EngineResources get() {
    return over(openDevice());
  }

  /** The first part: weights and arena on the device. Closed by the engine made over it. */
  public CpuDevice openDevice() {
    long cellBytes = CpuDevice.cellBytes(checkpoint.config());
    if (arenaBytes < cellBytes) {
      throw new IllegalArgumentException(
          "chameleon.memory.fraction gives the arena %d bytes; a single token takes %d"
              .formatted(arenaBytes, cellBytes));
    }
    try (checkpoint) {
      return CpuDevice.open(checkpoint, threads, arenaBytes);
    }
  }

  /** The second part: pool and engine over the device, both still empty. */
  public EngineResources over(CpuDevice device) {
    ModelConfig config = checkpoint.config();
    Arena arena = new Arena(device.cells());
    AdapterPool pool =
        new AdapterPool(config, new HostAdapters(packed(config)), arena, device.arena());
    requireRoomForTokens(arena, pool);
    return new EngineResources(
        new TorchScriptEngine(device, pool::window),
        new EvictingKvCells(arena, pool, device.arena()),
        pool,
        pool);
  }

  private void requireRoomForTokens(Arena arena, AdapterPool pool) {
    int adapterCells = pool.largestFootprint();
    if (arena.cells() - adapterCells < FEWEST_TOKENS) {
      throw new IllegalArgumentException(
          ("chameleon.memory.fraction gives the arena %d bytes, which are room for %d tokens;"
                  + " the largest adapter takes the room of %d, and at least %d must be left")
              .formatted(arenaBytes, arena.cells(), adapterCells, FEWEST_TOKENS));
    }
  }

  private List<PackedAdapter> packed(ModelConfig config) {
    AdapterPacker packer = new AdapterPacker(config);
    return adapters.served().stream()
        .map(served -> {
          try (AdapterFile file = AdapterFile.open(served.folder(), config)) {
            file.checkValues();
            served.version().identify(file.contentHash());
            return packer.pack(served.name(), file);
          }
        })
        .toList();
  }
}
