package io.chameleon;

import io.chameleon.adapter.eviction.EvictionPolicy;
import io.chameleon.adapter.pool.AdapterPool;
import io.chameleon.adapter.pool.EvictingKvCells;
import io.chameleon.adapter.pool.PoolDevice;
import io.chameleon.adapter.pool.PoolReports;
import io.chameleon.adapter.pool.PoolSupply;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.ModelDevice;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellSpace;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.serving.EngineResources;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes what the engine thread works with, on that thread: weights and arena on the device, the
 * adapter pool over it, the engine.
 */
public final class EngineFactory implements Supplier<EngineResources> {

  private final Checkpoint checkpoint;
  private final ComputeDevice compute;
  private final long arenaBytes;
  private final PoolSupply supply;
  private final Supplier<EvictionPolicy> policy;
  private final PoolReports reports;
  private volatile @Nullable AdapterPool made;

  /**
   * @param checkpoint read once, and closed then
   * @param compute what the engine computes with
   * @param arenaBytes size of the arena
   * @param supply where adapters come from
   * @param policy makes the policy that says who leaves
   * @param reports who is told what the pool does
   */
  public EngineFactory(
      Checkpoint checkpoint,
      ComputeDevice compute,
      long arenaBytes,
      PoolSupply supply,
      Supplier<EvictionPolicy> policy,
      PoolReports reports) {
    this.checkpoint = checkpoint;
    this.compute = compute;
    this.arenaBytes = arenaBytes;
    this.supply = supply;
    this.policy = policy;
    this.reports = reports;
  }

  /**
   * The pool that was made last; it belongs to the engine thread, save what it says of itself.
   *
   * @throws IllegalStateException before one was made
   */
  public AdapterPool pool() {
    AdapterPool pool = made;
    if (pool == null) {
      throw new IllegalStateException("the engine has not been made yet");
    }
    return pool;
  }

  /** Whether a pool was made. */
  public boolean hasPool() {
    return made != null;
  }

  @Override
  public EngineResources get() {
    return over(openDevice());
  }

  /** The first part: weights and arena on the device. Closed by the engine made over it. */
  public ModelDevice openDevice() {
    long cellBytes = new DeviceModel(checkpoint.config(), compute.numbers()).cellBytes();
    if (arenaBytes < cellBytes) {
      throw new IllegalArgumentException(
          "chameleon.memory gives the arena %d bytes; a single token takes %d"
              .formatted(arenaBytes, cellBytes));
    }
    try (checkpoint) {
      return compute.open(checkpoint, arenaBytes);
    }
  }

  /** The second part: pool and engine over the device, both still empty. */
  public EngineResources over(ModelDevice device) {
    CellSpace space = new CellSpace(new Arena(device.cells()), device.arena());
    AdapterPool pool =
        new AdapterPool(
            new PoolDevice(checkpoint.config(), space, device.arena()),
            supply,
            policy.get(),
            reports,
            System::nanoTime);
    made = pool;
    return new EngineResources(
        device.engine(pool::window), new EvictingKvCells(space, pool, device.arena()), pool, pool);
  }
}
