package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention of a step: single-token rows by a split-KV kernel; prefill chunks by a kernel for them,
 * else by libtorch's fused one, both of half precision alone, else row by row by the first.
 */
final class AttentionKernel {

  private static final int ADDRESS = Long.BYTES;
  private static final int LONG = Long.BYTES;
  private static final int NUMBER = Integer.BYTES;
  private static final double LOG2_E = 1 / Math.log(2);

  /** libtorch's fused kernel takes heads of a multiple of this, up to {@link #LARGEST_HEAD}. */
  private static final int FUSED_HEAD = 8;

  private static final int LARGEST_HEAD = 256;

  private final GpuModel model;
  private final TorchOperators twins;
  private final AttentionPlan plan;
  private final CudaStream stream;
  private final @Nullable Launch launch;
  private final DeviceTensor scratch;
  private final DeviceTensor finished;
  private final boolean fused;
  private final @Nullable PromptAttention prompts;
  private final DeviceQueue queue;

  /**
   * One of the kernels and how it is launched.
   *
   * @param inSpans whether it takes spans, else the number of pieces
   */
  private record Launch(Kernel kernel, boolean inSpans, int groups, int threads, int sharedBytes) {}

  AttentionKernel(
      GpuModel model,
      TorchOperators twins,
      Plans plans,
      CudaStream stream,
      CudaKernels kernels,
      TorchMemory memory) {
    this.model = model;
    this.twins = twins;
    this.plan = plans.rows;
    this.stream = stream;
    this.prompts =
        plans.prompts == null ? null : new PromptAttention(model, plans.prompts, stream, kernels);
    this.queue = model.input().queue();
    this.launch = launch(kernels, model);
    ModelConfig config = model.config();
    this.scratch =
        memory.zeros(
            TorchMemory.Kind.FLOAT32,
            plan.capacity(),
            (long) config.heads() * (config.headSize() + 2));
    this.finished =
        memory.zeros(TorchMemory.Kind.INT32, model.activations().rows, config.kvHeads());
    this.fused =
        model.model().numbers() == ElementType.BF16
            && config.headSize() % FUSED_HEAD == 0
            && config.headSize() <= LARGEST_HEAD;
  }

  /**
   * How the work is cut.
   *
   * @param rows of single tokens
   * @param prompts of chunks; null where there is no kernel for them
   */
  record Plans(AttentionPlan rows, @Nullable PromptTiles prompts) {}

  /** Block rows that a device of so many multiprocessors holds of the kernel that it will use. */
  static int blocks(CudaKernels kernels, ModelConfig config, int multiprocessors) {
    return Math.max(
        1,
        kernels.has(KernelText.SPAN_ATTENTION)
            ? multiprocessors / SpanShape.groups(config)
            : 2 * multiprocessors / PieceShape.groups(config));
  }

  private static @Nullable Launch launch(CudaKernels kernels, GpuModel model) {
    ModelConfig config = model.config();
    if (kernels.has(KernelText.SPAN_ATTENTION)) {
      return new Launch(
          kernel(
              kernels, KernelText.SPAN_ATTENTION, "span_attention", SpanShape.sharedBytes(config)),
          true,
          SpanShape.groups(config),
          SpanShape.threads(config),
          SpanShape.sharedBytes(config));
    }
    if (kernels.has(KernelText.ATTENTION)) {
      int shared = PieceShape.sharedBytes(model.model());
      return new Launch(
          kernel(kernels, KernelText.ATTENTION, "decode_attention", shared),
          false,
          PieceShape.groups(config),
          PieceShape.threads(config),
          shared);
    }
    return null;
  }

  private static Kernel kernel(CudaKernels kernels, KernelText text, String name, int shared) {
    return kernels
        .kernel(
            text, name, ADDRESS, LONG, ADDRESS, LONG, LONG, LONG, ADDRESS, ADDRESS, NUMBER, ADDRESS,
            NUMBER, ADDRESS, ADDRESS)
        .withSharedMemory(shared);
  }

  /** Sets the counters of pieces back, which a step that ended in the middle may have left. */
  void reset() {
    long bytes = finished.tensor().size() * Integer.BYTES;
    queue.clear(finished.address(), bytes);
  }

  boolean isKernel() {
    return launch != null;
  }

  /** Whether prefill chunks go another way than single tokens. */
  private boolean splits(Step step) {
    return (prompts != null || fused) && step.rows().hasPrompts();
  }

  private boolean launches(Step step) {
    return step.rows().decodeRows() > 0 || !splits(step);
  }

  void prepare(Step step) {
    if (launch != null && launches(step)) {
      plan.send(step.rows(), !splits(step));
    }
    if (prompts != null && splits(step)) {
      prompts.prepare(step.rows());
    }
  }

  void run(Step step, int layer) {
    StepRows rows = step.rows();
    if (launch == null) {
      long[] all = rows.sequences(0);
      int decode = splits(step) ? rows.decodeRows() * 4 : all.length;
      twins.attention(Arrays.copyOf(all, decode), layer);
    } else if (launches(step)) {
      run(launch, layer);
    }
    if (splits(step)) {
      runPrompts(step, layer);
    }
  }

  private void runPrompts(Step step, int layer) {
    if (prompts == null) {
      twins.fusedAttention(step, layer);
    } else {
      prompts.run(layer, scaleLog2());
    }
  }

  private float scaleLog2() {
    return (float) (model.attentionScale() * LOG2_E);
  }

  /** Begins with what all attention has: queries, and a layer's keys and values in the arena. */
  static Kernel begin(Kernel kernel, GpuModel model, int layer) {
    return kernel
        .begin()
        .with(model.activations().qkv.address())
        .with((long) Activations.qkvWidth(model.config()))
        .with(model.arena().cells().address())
        .with((long) model.model().cellElements())
        .with(model.keyOffset(layer))
        .with(model.valueOffset(layer));
  }

  private void run(Launch by, int layer) {
    begin(by.kernel, model, layer)
        .with(plan.itemsAddress())
        .with(by.inSpans ? plan.spansAddress() : plan.countAddress())
        .with(scaleLog2())
        .with(scratch.address())
        .with(plan.capacity())
        .with(finished.address())
        .with(model.activations().attended.address())
        .launch(Kernel.Grid.of(by.groups, plan.blocks(), by.threads), by.sharedBytes, stream);
  }
}
