package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * Attention of a step: single-token rows by the split-KV kernel, prefill chunks by libtorch's fused
 * one, which takes half precision alone; otherwise their rows go through the kernel one by one.
 */
final class AttentionKernel {

  private static final int ADDRESS = Long.BYTES;
  private static final int LONG = Long.BYTES;
  private static final int NUMBER = Integer.BYTES;
  private static final double LOG2_E = 1 / Math.log(2);
  private static final int WARP = 32;
  private static final int STAGES = 3;
  private static final int STAGE_BYTES_PER_ELEMENT = 64;

  /** libtorch's fused kernel takes heads of a multiple of this, up to {@link #LARGEST_HEAD}. */
  private static final int FUSED_HEAD = 8;

  private static final int LARGEST_HEAD = 256;

  private final GpuModel model;
  private final TorchOperators twins;
  private final AttentionPlan plan;
  private final CudaStream stream;
  private final @Nullable Kernel kernel;
  private final DeviceTensor scratch;
  private final DeviceTensor finished;
  private final boolean fused;

  AttentionKernel(
      GpuModel model,
      TorchOperators twins,
      AttentionPlan plan,
      CudaStream stream,
      CudaKernels kernels,
      TorchMemory memory) {
    this.model = model;
    this.twins = twins;
    this.plan = plan;
    this.stream = stream;
    this.kernel = kernel(kernels, model);
    ModelConfig config = model.config();
    this.scratch =
        memory.zeros(
            TorchMemory.Kind.FLOAT32,
            plan.capacity(),
            (long) config.heads() * (config.headSize() + 2));
    this.finished =
        memory.zeros(
            TorchMemory.Kind.INT32, model.activations().rows, AttentionPlan.groups(config));
    this.fused =
        model.model().numbers() == ElementType.BF16
            && config.headSize() % FUSED_HEAD == 0
            && config.headSize() <= LARGEST_HEAD;
  }

  private static @Nullable Kernel kernel(CudaKernels kernels, GpuModel model) {
    return kernels.has(KernelText.ATTENTION)
        ? kernels
            .kernel(
                KernelText.ATTENTION,
                "decode_attention",
                ADDRESS,
                LONG,
                ADDRESS,
                LONG,
                LONG,
                LONG,
                ADDRESS,
                ADDRESS,
                NUMBER,
                ADDRESS,
                NUMBER,
                ADDRESS,
                ADDRESS)
            .withSharedMemory(sharedBytes(model))
        : null;
  }

  private static int sharedBytes(GpuModel model) {
    ModelConfig config = model.config();
    int heads = AttentionPlan.headsOfBlock(config);
    return model.model().numbers() == ElementType.BF16
        ? heads * STAGES * STAGE_BYTES_PER_ELEMENT * config.headSize()
        : heads * (config.heads() / config.kvHeads()) * config.headSize() * Float.BYTES;
  }

  boolean isKernel() {
    return kernel != null;
  }

  /** Whether prefill chunks go through libtorch's fused kernel. */
  private boolean fuses(Step step) {
    return fused && !step.rows().isDecode();
  }

  void prepare(Step step) {
    if (kernel != null && (step.rows().decodeRows() > 0 || !fuses(step))) {
      plan.send(step.rows(), !fuses(step));
    }
  }

  void run(Step step, int layer) {
    StepRows rows = step.rows();
    if (kernel == null) {
      long[] all = rows.sequences(0);
      int decode = fuses(step) ? rows.decodeRows() * 4 : all.length;
      twins.attention(java.util.Arrays.copyOf(all, decode), layer);
    } else if (rows.decodeRows() > 0 || !fuses(step)) {
      launch(kernel, layer);
    }
    if (fuses(step)) {
      twins.fusedAttention(step, layer);
    }
  }

  private void launch(Kernel attention, int layer) {
    ModelConfig config = model.config();
    int threads = WARP * AttentionPlan.headsOfBlock(config);
    attention
        .begin()
        .with(model.activations().qkv.address())
        .with((long) Activations.qkvWidth(config))
        .with(model.arena().cells().address())
        .with((long) model.model().cellElements())
        .with(model.keyOffset(layer))
        .with(model.valueOffset(layer))
        .with(plan.itemsAddress())
        .with(plan.countAddress())
        .with((float) (model.attentionScale() * LOG2_E))
        .with(scratch.address())
        .with(plan.capacity())
        .with(finished.address())
        .with(model.activations().attended.address())
        .launch(
            Kernel.Grid.of(AttentionPlan.groups(config), plan.wave(), threads),
            sharedBytes(model),
            stream);
  }
}
