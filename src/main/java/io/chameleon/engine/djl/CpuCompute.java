package io.chameleon.engine.djl;

import ai.djl.Device;
import io.chameleon.adapter.host.HostBlock;
import io.chameleon.adapter.host.NativeHostMemory;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.ModelDevice;
import io.chameleon.engine.StepSize;
import io.chameleon.memory.HostMemory;
import io.chameleon.memory.pressure.DeviceMemory;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;

/** The CPU: 4-byte floats in the host's memory. */
public final class CpuCompute implements ComputeDevice {

  /**
   * What suits a CPU: on two cores, 256 tokens of the demo model take about 60 ms, and a sequence
   * more costs more than it gives from about 16 on.
   */
  public static final StepSize STEP_SIZE = new StepSize(256, 16);

  /** Of the free memory; the host has other uses for the rest. */
  private static final double ARENA_SHARE = 0.25;

  private final int threads;

  /** What was available before anything large was taken. */
  private final long availableBytes = new HostMemory().availableBytes();

  private final HostBlock.Allocator hostMemory = new NativeHostMemory();

  /** Computes with so many threads, at least 1. */
  public CpuCompute(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "CPU";
  }

  @Override
  public ElementType numbers() {
    return ElementType.F32;
  }

  @Override
  public long availableBytes(ModelConfig config) {
    return availableBytes;
  }

  @Override
  public double arenaShare() {
    return ARENA_SHARE;
  }

  @Override
  public StepSize stepSize() {
    return STEP_SIZE;
  }

  @Override
  public HostBlock.Allocator hostMemory() {
    return hostMemory;
  }

  @Override
  public DeviceMemory memory() {
    return new DjlDeviceMemory(Device.cpu(), () -> 0);
  }

  @Override
  public ModelDevice open(Checkpoint checkpoint, long arenaBytes) {
    return CpuDevice.open(checkpoint, threads, arenaBytes);
  }
}
