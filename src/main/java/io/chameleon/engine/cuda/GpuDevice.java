package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.pool.AdapterDevice;
import io.chameleon.adapter.pool.AdapterWindow;
import io.chameleon.engine.ModelDevice;
import io.chameleon.engine.cuda.driver.Cublas;
import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaDriver;
import io.chameleon.engine.cuda.driver.CudaException;
import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.TorchStream;
import io.chameleon.engine.djl.TorchProgram;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A GPU with a model on it. Its memory is libtorch's, its work goes into one stream. */
public final class GpuDevice implements ModelDevice {

  private static final Logger log = LoggerFactory.getLogger(GpuDevice.class);

  /** Kept free for what libtorch and the driver take while steps run. */
  private static final long MARGIN_BYTES = 1L << 30;

  private final CudaContext context;
  private final DeviceModel model;
  private final GpuOptions options;
  private final TorchProgram program;
  private final CudaStream stream;
  private final TorchMemory memory;
  private final DeviceQueue queue;
  private final GpuWeights weights;
  private final CudaKernels kernels;
  private final Cublas cublas;
  private final StepMemory steps;
  private final SideStreamUploader uploader;
  private final LongSupplier nanoClock;
  private final int cells;
  private final GpuArena arena;

  private GpuDevice(CudaContext context, DeviceModel model, GpuOptions options, Source source) {
    this.context = context;
    this.model = model;
    this.options = options;
    this.nanoClock = source.nanoClock();
    context.use();
    this.program = TorchProgram.load("cuda_decoder.py", "Twins", options.ordinal());
    TorchProgram.prepareThread();
    this.stream = new CudaStream(context);
    TorchStream.set(stream, options.ordinal());
    this.queue = new CudaQueue(context.driver(), stream);
    this.memory = new TorchMemory(program, options.ordinal());
    TorchMemory.Kind kind = CheckpointWeights.kind(model.numbers());
    this.weights =
        new GpuWeights(model.config(), memory, kind, source.weights().over(memory, queue));
    weights.writeRopeTables(queue);
    this.kernels = CudaKernels.compile(context, model, options.offTexts());
    this.cublas = new Cublas(stream);
    DeviceTensor workspace = memory.zeros(TorchMemory.Kind.INT8, 1, Cublas.WORKSPACE_BYTES);
    cublas.useWorkspace(workspace.address(), Cublas.WORKSPACE_BYTES);
    this.steps = new StepMemory(context, model, options, kernels, memory, input());
    this.uploader = new SideStreamUploader(context, stream, nanoClock);
    this.cells = cells(source.arenaBytes());
    this.arena = new GpuArena(model, memory, cells, queue, uploader);
    stream.synchronize();
    log.info("{} has the model and {} cells of {} bytes", context.name(), cells, model.cellBytes());
  }

  /**
   * What a device is filled with.
   *
   * @param weights where they come from
   * @param arenaBytes how large the arena shall be
   * @param nanoClock monotonic, in nanoseconds
   */
  private record Source(Weights weights, long arenaBytes, LongSupplier nanoClock) {}

  /** Makes a source of weights once there is memory for them. */
  @FunctionalInterface
  private interface Weights {
    WeightSource over(TorchMemory memory, DeviceQueue queue);
  }

  /**
   * Loads a checkpoint and takes the arena: so many bytes, or fewer where the device has fewer
   * left.
   *
   * @param checkpoint may be closed afterwards
   * @param arenaBytes size of the arena at most
   * @param nanoClock monotonic, in nanoseconds
   * @throws CudaException if there is no such GPU, or no memory for a single token
   */
  public static GpuDevice open(
      Checkpoint checkpoint, GpuOptions options, long arenaBytes, LongSupplier nanoClock) {
    return new GpuDevice(
        context(options),
        new DeviceModel(checkpoint.config(), options.numbers(), true),
        options,
        new Source(
            (memory, queue) -> new CheckpointWeights(checkpoint, options.numbers(), memory, queue),
            arenaBytes,
            nanoClock));
  }

  /** Makes random weights of a shape and takes the arena. */
  public static GpuDevice random(
      ModelConfig config, GpuOptions options, long arenaBytes, LongSupplier nanoClock) {
    return new GpuDevice(
        context(options),
        new DeviceModel(config, options.numbers(), true),
        options,
        new Source((memory, queue) -> new RandomWeights(memory), arenaBytes, nanoClock));
  }

  private static CudaContext context(GpuOptions options) {
    CudaDriver driver =
        CudaDriver.find().orElseThrow(() -> new CudaException("no NVIDIA GPU is to be found"));
    return CudaContext.open(driver, options.ordinal());
  }

  /** Bytes that a model takes beside its arena: weights, buffers, and what is kept free. */
  static long bytesBesideArena(ModelConfig config, GpuOptions options) {
    TorchMemory.Kind kind = CheckpointWeights.kind(options.numbers());
    return GpuWeights.elements(config) * kind.bytes()
        + StepMemory.bytes(config, options)
        + Cublas.WORKSPACE_BYTES
        + MARGIN_BYTES;
  }

  private StepInput input() {
    NumberCarrier carrier =
        kernels.has(KernelText.CARRY) ? new CarryKernel(kernels, stream) : NumberCarrier.by(queue);
    return new StepInput(memory, queue, carrier, context::allocatePinned);
  }

  private int cells(long arenaBytes) {
    stream.synchronize();
    long left = context.memory().freeBytes() - MARGIN_BYTES;
    int count = model.cells(Math.min(arenaBytes, left));
    if (count < 1) {
      throw new CudaException(
          "the device has %d bytes left for KV and adapters; a single token takes %d"
              .formatted(Math.max(0, left), model.cellBytes()));
    }
    return count;
  }

  @Override
  public int cells() {
    return cells;
  }

  @Override
  public long weightBytes() {
    return weights.stepBytes();
  }

  @Override
  public AdapterDevice arena() {
    return arena;
  }

  @Override
  public GpuEngine engine(Function<ModuleGroup, AdapterWindow> windows) {
    Parts parts = parts();
    CudaRunner runner =
        new CudaRunner(
            parts.model,
            parts.operators,
            parts.lora,
            sampling(parts.model),
            parts.streams,
            new CudaRunner.Limits(options.rows(), steps.sequences, options.recorded()));
    GpuEngine engine =
        new GpuEngine(
            runner,
            () -> {
              runner.close();
              close();
            });
    engine.setBatchInvariant(options.batchInvariant());
    return engine;
  }

  /**
   * What a step is made of.
   *
   * @param model all that lies on the device
   * @param steps what steps are written into
   * @param operators the parts of a step
   * @param twins what the operators are checked against
   * @param lora of the operators
   * @param streams where the steps go
   */
  record Parts(
      GpuModel model,
      StepMemory steps,
      CudaOperators operators,
      TorchOperators twins,
      LoraKernels lora,
      CudaRunner.Streams streams) {}

  /** Makes them, once. */
  Parts parts() {
    return parts(context.multiprocessors());
  }

  /** The same, with grids as for so many multiprocessors: for tests of what blocks do in turn. */
  Parts parts(int multiprocessors) {
    GpuModel all = new GpuModel(model, weights, steps.activations, steps.input, steps.rows, arena);
    LoraPrefill prefill = prefill(all, multiprocessors);
    steps.input.open();
    TorchOperators twins = new TorchOperators(all, program);
    LoraRowKernels rows =
        kernels.has(KernelText.LORA) ? new LoraRowKernels(all, steps, kernels, stream) : null;
    LoraKernels lora = new LoraKernels(twins, rows, prefill, steps.toRotate);
    return new Parts(
        all,
        steps,
        operators(all, twins, lora, multiprocessors),
        twins,
        lora,
        new CudaRunner.Streams(context, stream, nanoClock));
  }

  private @Nullable LoraPrefill prefill(GpuModel all, int multiprocessors) {
    DeviceTensor low = steps.chunkLow;
    return low == null
        ? null
        : new LoraPrefill(
                all,
                kernels,
                stream,
                low,
                new LoraPrefill.Processor(multiprocessors, context.capability()),
                steps.toRotate == null ? null : new RopeStruct(all))
            .reserve(steps.input, steps.sequences);
  }

  private CudaOperators operators(
      GpuModel all, TorchOperators twins, LoraKernels lora, int multiprocessors) {
    return new CudaOperators(
        all,
        twins,
        kernels,
        stream,
        new CudaOperators.Composites(
            new LinearProducts(cublas, kernels, stream, multiprocessors),
            new AttentionKernel(all, twins, steps.attention, stream, kernels, memory),
            lora));
  }

  private GpuSampling sampling(GpuModel all) {
    return new GpuSampling(
        all,
        steps.sampling,
        memory,
        queue,
        context::allocatePinned,
        GpuSampling.Launch.of(kernels, stream));
  }

  @Override
  public void close() {
    uploader.close();
    stream.synchronize();
    cublas.close();
    kernels.close();
    memory.close();
    program.close();
  }
}
