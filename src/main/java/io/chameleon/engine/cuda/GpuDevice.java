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
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A GPU with a model on it. Its memory is libtorch's, its work goes into one stream. */
public final class GpuDevice implements ModelDevice {

  private static final Logger log = LoggerFactory.getLogger(GpuDevice.class);

  /** Kept free for what libtorch and the driver take while steps run. */
  private static final long MARGIN_BYTES = 1L << 30;

  /** At most, of plans and of what lies between two kernels. */
  private static final long OTHER_BUFFERS_BYTES = 512L << 20;

  private static final int BF16_VECTOR = 8;
  private static final int FLOAT_VECTOR = 4;

  /** Window rows of all segments of a step at most, by which its plan is bounded. */
  private static final int MOST_RANKS = 1 << 17;

  private final CudaContext context;
  private final DeviceModel model;
  private final GpuOptions options;
  private final CudaStream stream;
  private final TorchMemory memory;
  private final DeviceQueue queue;
  private final Cublas cublas;
  private final CudaKernels kernels;
  private final SideStreamUploader uploader;
  private final GpuWeights weights;
  private final Activations activations;
  private final StepInput input;
  private final RowInput rowInput;
  private final AttentionPlan attentionPlan;
  private final Map<ModuleGroup, LoraPlan> loraPlans = new EnumMap<>(ModuleGroup.class);
  private final GpuSampling.Parts samplingParts;
  private final @Nullable DeviceTensor prefillLow;
  private final DeviceTensor low;
  private final int chunkReserve;
  private final GpuArena arena;
  private final int cells;
  private final TorchProgram program;

  private GpuDevice(CudaContext context, DeviceModel model, GpuOptions options, Source source) {
    this.context = context;
    this.model = model;
    this.options = options;
    long start = System.nanoTime();
    context.use();
    this.program = TorchProgram.load("cuda_decoder.py", "Twins", options.ordinal());
    TorchProgram.prepareThread();
    this.stream = new CudaStream(context);
    TorchStream.set(stream, options.ordinal());
    this.queue = new CudaQueue(context.driver(), stream);
    this.memory = new TorchMemory(program, options.ordinal());
    ModelConfig config = model.config();
    TorchMemory.Kind kind = CheckpointWeights.kind(model.numbers());
    this.weights = new GpuWeights(config, memory, kind, source.weights(memory, queue));
    weights.writeRopeTables(queue);
    long loaded = System.nanoTime();
    this.kernels = CudaKernels.compile(context, model, options.offTexts());
    int sequences = Math.min(options.sequences(), options.rows());
    this.activations = new Activations(config, memory, kind, options.rows(), sequences);
    this.cublas = new Cublas(context, stream);
    DeviceTensor workspace = memory.zeros(TorchMemory.Kind.INT8, 1, Cublas.WORKSPACE_BYTES);
    cublas.useWorkspace(workspace.address(), Cublas.WORKSPACE_BYTES);
    this.input = new StepInput(memory, queue, context::allocatePinned);
    this.rowInput = new RowInput(input, options.rows());
    boolean half = model.numbers() == ElementType.BF16;
    int attentionRows = half ? Math.max(4096, 2 * sequences) : Math.max(4096, options.rows());
    this.attentionPlan =
        new AttentionPlan(
            input,
            attentionRows,
            AttentionKernel.blocks(kernels, config, context.multiprocessors()));
    int loraRows = half && kernels.has(KernelText.LORA_PREFILL) ? 4 * sequences : options.rows();
    for (ModuleGroup group : ModuleGroup.values()) {
      int vector = half ? BF16_VECTOR : FLOAT_VECTOR;
      loraPlans.put(
          group,
          new LoraPlan(
              input,
              group,
              config,
              new LoraPlan.Sizes(loraRows, MOST_RANKS, vector, context.multiprocessors())));
    }
    this.chunkReserve = sequences;
    this.prefillLow =
        kernels.has(KernelText.LORA_PREFILL) && half
            ? LoraPrefill.low(memory, options.rows())
            : null;
    this.low =
        memory.zeros(TorchMemory.Kind.FLOAT32, LoraKernels.lowFactor(config), 8L * MOST_RANKS);
    this.samplingParts = GpuSampling.Parts.reserve(input, sequences);
    this.uploader = new SideStreamUploader(context, stream);
    this.cells = cells(source.arenaBytes());
    this.arena = new GpuArena(model, memory, cells, queue, copies(), uploader);
    stream.synchronize();
    log.info(
        "{}: weights in {} s, kernels and buffers in {} s; {} cells",
        context.name(),
        seconds(loaded - start),
        seconds(System.nanoTime() - loaded),
        cells);
  }

  private static String seconds(long nanos) {
    return "%.1f".formatted(nanos / 1e9);
  }

  /** Where weights come from, and how large the arena shall be. */
  private interface Source {
    WeightSource weights(TorchMemory memory, DeviceQueue queue);

    long arenaBytes();
  }

  /**
   * Loads a checkpoint and takes the arena: so many bytes, or fewer where the device has fewer
   * left.
   *
   * @param checkpoint may be closed afterwards
   * @param arenaBytes size of the arena at most
   * @throws CudaException if there is no such GPU
   */
  public static GpuDevice open(Checkpoint checkpoint, GpuOptions options, long arenaBytes) {
    DeviceModel model = new DeviceModel(checkpoint.config(), options.numbers());
    return new GpuDevice(
        context(options),
        model,
        options,
        new Source() {
          @Override
          public WeightSource weights(TorchMemory memory, DeviceQueue queue) {
            return new CheckpointWeights(checkpoint, options.numbers(), memory, queue);
          }

          @Override
          public long arenaBytes() {
            return arenaBytes;
          }
        });
  }

  /** Makes random weights of a shape and takes the arena. */
  public static GpuDevice random(ModelConfig config, GpuOptions options, long arenaBytes) {
    return new GpuDevice(
        context(options),
        new DeviceModel(config, options.numbers()),
        options,
        new Source() {
          @Override
          public WeightSource weights(TorchMemory memory, DeviceQueue queue) {
            return new RandomWeights(memory);
          }

          @Override
          public long arenaBytes() {
            return arenaBytes;
          }
        });
  }

  private static CudaContext context(GpuOptions options) {
    CudaDriver driver =
        CudaDriver.find().orElseThrow(() -> new CudaException("no NVIDIA GPU is to be found"));
    return CudaContext.open(driver, options.ordinal());
  }

  private RowCopies.BlockCopies copies() {
    return kernels.has(KernelText.ROWS)
        ? new KernelCopies(
            KernelCopies.kernel(kernels), stream, queue, memory, context::allocatePinned)
        : new QueuedCopies(model, queue);
  }

  /** Bytes that a model takes beside its arena: weights, buffers, and what is kept free. */
  static long bytesBesideArena(ModelConfig config, GpuOptions options) {
    TorchMemory.Kind kind = CheckpointWeights.kind(options.numbers());
    int sequences = Math.min(options.sequences(), options.rows());
    return GpuWeights.elements(config) * kind.bytes()
        + Activations.bytes(config, kind, options.rows(), sequences)
        + Cublas.WORKSPACE_BYTES
        + OTHER_BUFFERS_BYTES
        + MARGIN_BYTES;
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
    GpuModel all = new GpuModel(model, weights, activations, input, rowInput, arena);
    LoraPrefill prefill =
        prefillLow == null
            ? null
            : new LoraPrefill(
                    all,
                    kernels,
                    stream,
                    prefillLow,
                    new LoraPrefill.Products(cublas, windows, context.multiprocessors()))
                .reserve(input, chunkReserve);
    input.open();
    TorchOperators twins = new TorchOperators(all, program, windows);
    LoraKernels lora =
        new LoraKernels(
            all, twins, windows, loraPlans, stream, LoraKernels.Compiled.of(kernels, prefill, low));
    CudaOperators operators =
        new CudaOperators(
            all,
            twins,
            kernels,
            stream,
            new CudaOperators.Composites(
                new LinearProducts(cublas, kernels, stream, context.multiprocessors()),
                new AttentionKernel(all, twins, attentionPlan, stream, kernels, memory),
                lora));
    GpuSampling sampling =
        new GpuSampling(
            all,
            samplingParts,
            memory,
            queue,
            context::allocatePinned,
            GpuSampling.Launch.of(kernels, stream));
    CudaRunner runner =
        new CudaRunner(
            all,
            operators,
            lora,
            sampling,
            CudaRunner.Streams.of(context, stream),
            new CudaRunner.Limits(
                options.rows(), Math.min(options.sequences(), options.rows()), options.recorded()));
    return new GpuEngine(
        runner,
        () -> {
          runner.close();
          close();
        });
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
