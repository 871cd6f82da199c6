package io.chameleon.engine.cuda;

import io.chameleon.adapter.host.HostBlock;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.ModelDevice;
import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaDriver;
import io.chameleon.engine.cuda.driver.CudaException;
import io.chameleon.memory.pressure.DeviceMemory;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.util.Optional;

/** An NVIDIA GPU. */
public final class GpuCompute implements ComputeDevice {

  /** Of what is left after weights and buffers. */
  private static final double ARENA_SHARE = 0.95;

  private final CudaContext context;
  private final GpuOptions options;
  private final HostBlock.Allocator hostMemory;
  private volatile long ownBytes;

  private GpuCompute(CudaContext context, GpuOptions options) {
    this.context = context;
    this.options = options;
    this.hostMemory = new PinnedHostMemory(context);
  }

  /** The GPU, or nothing where there is none. */
  public static Optional<GpuCompute> find(GpuOptions options) {
    return CudaDriver.find()
        .map(driver -> new GpuCompute(CudaContext.open(driver, options.ordinal()), options));
  }

  /**
   * The GPU.
   *
   * @throws CudaException if there is none
   */
  public static GpuCompute require(GpuOptions options) {
    return find(options)
        .orElseThrow(() ->
            new CudaException(
                "no NVIDIA GPU is to be found: libcuda.so.1 is missing or counts no device"));
  }

  @Override
  public String name() {
    return context.name();
  }

  @Override
  public ElementType numbers() {
    return options.numbers();
  }

  @Override
  public long availableBytes(ModelConfig config) {
    context.use();
    long taken = GpuDevice.bytesBesideArena(config, options);
    return Math.max(0, context.memory().freeBytes() - taken);
  }

  @Override
  public double arenaShare() {
    return ARENA_SHARE;
  }

  @Override
  public HostBlock.Allocator hostMemory() {
    return hostMemory;
  }

  @Override
  public DeviceMemory memory() {
    return () -> {
      context.use();
      CudaContext.Memory memory = context.memory();
      long own = Math.min(ownBytes, memory.totalBytes() - memory.freeBytes());
      return new DeviceMemory.Counted(memory.totalBytes(), memory.freeBytes(), own);
    };
  }

  @Override
  public ModelDevice open(Checkpoint checkpoint, long arenaBytes) {
    context.use();
    long before = context.memory().freeBytes();
    GpuDevice device = GpuDevice.open(checkpoint, options, arenaBytes);
    ownBytes = Math.max(0, before - context.memory().freeBytes());
    return device;
  }
}
