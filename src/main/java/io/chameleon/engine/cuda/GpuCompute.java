package io.chameleon.engine.cuda;

import io.chameleon.adapter.host.HostBlock;
import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.ModelDevice;
import io.chameleon.engine.StepSize;
import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaDriver;
import io.chameleon.engine.cuda.driver.CudaException;
import io.chameleon.engine.cuda.driver.TorchStream;
import io.chameleon.engine.djl.TorchProgram;
import io.chameleon.memory.pressure.DeviceMemory;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An NVIDIA GPU. */
public final class GpuCompute implements ComputeDevice {

  /**
   * What suits a GPU: a decode step reads all weights whether it has one row or 256, and 2,048
   * tokens of a 7B model take an H200 some 50 ms (1,024 take 24 ms, 4,096 take 104).
   */
  public static final StepSize STEP_SIZE = new StepSize(2048, 256);

  private static final Logger log = LoggerFactory.getLogger(GpuCompute.class);

  private static final String CPU_BUILD =
      "libtorch is a build without CUDA; PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR"
          + " name another";

  /** Of what is left after weights and buffers. */
  private static final double ARENA_SHARE = 0.95;

  private final CudaContext context;
  private final GpuOptions options;
  private final LongSupplier nanoClock;
  private final HostBlock.Allocator hostMemory;
  private volatile long ownBytes;

  private GpuCompute(CudaContext context, GpuOptions options, LongSupplier nanoClock) {
    this.context = context;
    this.options = options;
    this.nanoClock = nanoClock;
    this.hostMemory = new PinnedHostMemory(context);
  }

  /**
   * The GPU, or nothing where there is none, or where libtorch cannot use it.
   *
   * @param nanoClock monotonic, in nanoseconds
   */
  public static Optional<GpuCompute> find(GpuOptions options, LongSupplier nanoClock) {
    Optional<CudaDriver> driver = CudaDriver.find();
    if (driver.isEmpty()) {
      return Optional.empty();
    }
    TorchProgram.loadLibrary();
    if (!TorchStream.isPossible()) {
      log.warn("There is an NVIDIA GPU, and the CPU computes: {}", CPU_BUILD);
      return Optional.empty();
    }
    return Optional.of(
        new GpuCompute(CudaContext.open(driver.get(), options.ordinal()), options, nanoClock));
  }

  /**
   * The GPU.
   *
   * @param nanoClock monotonic, in nanoseconds
   * @throws CudaException if there is none, or if libtorch cannot use it
   */
  public static GpuCompute require(GpuOptions options, LongSupplier nanoClock) {
    return find(options, nanoClock)
        .orElseThrow(() ->
            new CudaException(
                CudaDriver.find().isPresent()
                    ? CPU_BUILD
                    : "no NVIDIA GPU is to be found: libcuda.so.1 is missing or counts no device"));
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
  public boolean evenAdapters() {
    return true;
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
  public StepSize stepSize() {
    return STEP_SIZE;
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
    GpuDevice device = GpuDevice.open(checkpoint, options, arenaBytes, nanoClock);
    ownBytes = Math.max(0, before - context.memory().freeBytes());
    return device;
  }
}
