package io.chameleon.simulation;

import io.chameleon.adapter.pool.AdapterDevice;
import io.chameleon.memory.CellRun;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * A device that holds no number and takes time. Uploads go on beside the steps; what the pool waits
 * for, the engine waits for. Adapters run where they rest.
 */
class SimulatedDevice implements AdapterDevice {

  private static final double NANOS_PER_SECOND = 1e9;

  private final VirtualClock clock;

  private final SimulatedLink link;

  private final SimulatedModel model;

  private final double copyBytesPerSecond;

  /**
   * A device with an empty arena.
   *
   * @param copyBytesPerSecond how fast cells are copied on the device; infinite if that is free
   */
  SimulatedDevice(
      VirtualClock clock, SimulatedLink link, SimulatedModel model, double copyBytesPerSecond) {
    this.clock = clock;
    this.link = link;
    this.model = model;
    this.copyBytesPerSecond = copyBytesPerSecond;
  }

  @Override
  public int cellElements() {
    return model.cellElements();
  }

  @Override
  public CompletableFuture<Void> upload(MemorySegment weights, CellRun rest) {
    return link.start(rest.cells() * model.cellBytes());
  }

  @Override
  public void move(CellRun from, CellRun to, int cells) {
    copy(cells * model.cellBytes());
  }

  @Override
  public void clear(CellRun run) {
    copy(run.cells() * model.cellBytes());
  }

  /** The engine waits for a copy on the device. */
  final void copy(long bytes) {
    clock.advance(Math.round(bytes / copyBytesPerSecond * NANOS_PER_SECOND));
  }
}
