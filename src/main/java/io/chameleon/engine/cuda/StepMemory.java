package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What steps are written into and pass on: numbers of a step, plans, activations. */
final class StepMemory {

  /** Of plans and of what lies between two kernels, at most. */
  private static final long OTHER_BYTES = 512L << 20;

  private static final int BF16_VECTOR = 8;
  private static final int FLOAT_VECTOR = 4;

  /** Ranks of all segments of a step at most, by which its plan is bounded. */
  private static final int MOST_RANKS = 1 << 17;

  private static final int FEWEST_PIECES = 4096;

  final Activations activations;
  final StepInput input;
  final RowInput rows;
  final AttentionKernel.Plans attention;
  final Map<ModuleGroup, LoraPlan> lora = new EnumMap<>(ModuleGroup.class);

  /** Rows that are left to RoPE's own kernel; null where no row is ever rotated elsewhere. */
  final @Nullable RowsLeft toRotate;

  final GpuSampling.Parts sampling;

  /** Between the two products of rows with few tokens, 4-byte floats. */
  final DeviceTensor low;

  /** Between those of chunks, bf16; null where there are no kernels for them. */
  final @Nullable DeviceTensor chunkLow;

  /** Most sequences of a step. */
  final int sequences;

  /**
   * Takes it.
   *
   * @param input in which places are reserved; it is still to be opened
   */
  StepMemory(
      CudaContext context,
      DeviceModel model,
      GpuOptions options,
      CudaKernels kernels,
      TorchMemory memory,
      StepInput input) {
    ModelConfig config = model.config();
    TorchMemory.Kind kind = CheckpointWeights.kind(model.numbers());
    this.sequences = Math.min(options.sequences(), options.rows());
    this.activations = new Activations(config, memory, kind, options.rows(), sequences);
    this.input = input;
    this.rows = new RowInput(input, options.rows());
    boolean half = model.numbers() == ElementType.BF16;
    int pieces = half ? 2 * sequences : options.rows();
    int processors = context.multiprocessors();
    int blocks = AttentionKernel.blocks(kernels, config, processors);
    this.attention =
        new AttentionKernel.Plans(
            new AttentionPlan(input, Math.max(FEWEST_PIECES, pieces + blocks), blocks),
            tiles(kernels, options.rows()));
    boolean chunks = half && kernels.has(KernelText.LORA_PREFILL);
    LoraPlan.Sizes sizes =
        new LoraPlan.Sizes(
            chunks ? LoraPrefill.FEWEST_ROWS * sequences : options.rows(),
            MOST_RANKS,
            half ? BF16_VECTOR : FLOAT_VECTOR,
            processors);
    this.toRotate = RopeStruct.suits(model, kernels) ? new RowsLeft(input, options.rows()) : null;
    for (ModuleGroup group : ModuleGroup.values()) {
      lora.put(group, new LoraPlan(input, group, config, sizes, toRotate != null));
    }
    this.low =
        memory.zeros(
            TorchMemory.Kind.FLOAT32,
            LoraRowKernels.lowFactor(config),
            (long) LoraPlan.SEGMENT_ROWS * MOST_RANKS);
    this.chunkLow = chunks ? LoraPrefill.low(memory, options.rows()) : null;
    this.sampling = GpuSampling.Parts.reserve(input, sequences);
  }

  private @Nullable PromptTiles tiles(CudaKernels kernels, int rowsOfStep) {
    return kernels.has(KernelText.PROMPT_ATTENTION)
        ? new PromptTiles(input, rowsOfStep, sequences)
        : null;
  }

  /** Bytes of it at most, for a model. */
  static long bytes(ModelConfig config, GpuOptions options) {
    TorchMemory.Kind kind = CheckpointWeights.kind(options.numbers());
    int sequences = Math.min(options.sequences(), options.rows());
    return Activations.bytes(config, kind, options.rows(), sequences) + OTHER_BYTES;
  }
}
