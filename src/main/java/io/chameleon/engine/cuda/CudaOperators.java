package io.chameleon.engine.cuda;

import static io.chameleon.engine.cuda.KernelText.ACTIVATION;
import static io.chameleon.engine.cuda.KernelText.EMBEDDING;
import static io.chameleon.engine.cuda.KernelText.NORM;
import static io.chameleon.engine.cuda.KernelText.ROPE;

import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import org.jspecify.annotations.Nullable;

/** The step in kernels of our own and cuBLAS; where a kernel is missing, its twin. */
final class CudaOperators implements Operators {

  private static final int ADDRESS = Long.BYTES;
  private static final int NUMBER = Integer.BYTES;
  private static final int LONG = Long.BYTES;
  private static final int WARP = 32;
  private static final int BLOCK = 256;
  private static final int MOST_THREADS = 1024;
  private static final int ROPE_BLOCK = 128;

  /** Vectors that a thread of the norm keeps in registers, see norm.cu. */
  private static final int KEPT_VECTORS = 4;

  private final GpuModel model;
  private final TorchOperators twins;
  private final CudaStream stream;
  private final LinearProducts products;
  private final AttentionKernel attention;
  private final LoraKernels lora;
  private final @Nullable Kernel embed;
  private final @Nullable Kernel norm;
  private final @Nullable Kernel rope;
  private final @Nullable Kernel siluMul;
  private final @Nullable Kernel addBias;
  private final int vector;

  CudaOperators(
      GpuModel model,
      TorchOperators twins,
      CudaKernels kernels,
      CudaStream stream,
      Composites composites) {
    this.model = model;
    this.twins = twins;
    this.stream = stream;
    this.products = composites.products;
    this.attention = composites.attention;
    this.lora = composites.lora;
    this.vector = model.model().numbers() == ElementType.BF16 ? 8 : 4;
    this.embed =
        kernels.has(EMBEDDING)
            ? kernels.kernel(EMBEDDING, "embed", ADDRESS, ADDRESS, ADDRESS, NUMBER, ADDRESS)
            : null;
    this.norm =
        kernels.has(NORM)
            ? kernels.kernel(NORM, "rms_norm", ADDRESS, ADDRESS, ADDRESS, ADDRESS, NUMBER, NUMBER)
            : null;
    this.rope =
        kernels.has(ROPE)
            ? kernels.kernel(
                ROPE, "rope_kv", ADDRESS, ADDRESS, ADDRESS, ADDRESS, NUMBER, ADDRESS, ADDRESS,
                ADDRESS, ADDRESS, ADDRESS, LONG, LONG, LONG)
            : null;
    boolean activation = kernels.has(ACTIVATION);
    this.siluMul =
        activation
            ? kernels.kernel(ACTIVATION, "silu_mul", ADDRESS, ADDRESS, ADDRESS, ADDRESS, NUMBER)
            : null;
    this.addBias =
        activation ? kernels.kernel(ACTIVATION, "add_bias", ADDRESS, ADDRESS, NUMBER) : null;
  }

  /**
   * The parts that are more than one launch.
   *
   * @param products matrix products
   * @param attention over runs of cells
   * @param lora low-rank updates
   */
  record Composites(LinearProducts products, AttentionKernel attention, LoraKernels lora) {}

  /**
   * Whether a decode step can be recorded: twins read lists on the host, and take memory that
   * libtorch gives to others later.
   */
  boolean isRecordable() {
    return embed != null
        && norm != null
        && rope != null
        && siluMul != null
        && attention.isKernel()
        && lora.isKernel();
  }

  /**
   * Whether rows can be kept from depending on each other: libtorch's operators choose how they add
   * up by how many rows there are.
   */
  boolean canBeBatchInvariant() {
    return isRecordable();
  }

  /** Brings back what a failed step may have left half done. */
  void reset() {
    attention.reset();
    lora.reset();
  }

  @Override
  public void prepare(Step step) {
    products.prepare(step.rows());
    attention.prepare(step);
    lora.prepare(step);
  }

  @Override
  public void embed(Step step) {
    if (embed == null) {
      twins.embed(step);
      return;
    }
    embed
        .begin()
        .with(model.rowInput().address(model.rowInput().ids()))
        .with(model.weights().embedding().address())
        .with(model.activations().residual.address())
        .with(model.config().hiddenSize())
        .with(model.activations().chosen.address())
        .launch(Kernel.Grid.of(step.filled(), BLOCK), 0, stream);
  }

  @Override
  public void norm(Step step, DeviceTensor weight) {
    if (norm == null) {
      twins.norm(step, weight);
    } else {
      launchNorm(norm, step, weight, new NormRows(0, step.filled(), model.activations().normed));
    }
  }

  @Override
  public void finalNorm(Step step, DeviceTensor weight) {
    if (norm == null) {
      twins.finalNorm(step, weight);
    } else {
      long rows = model.rowInput().address(model.rowInput().last());
      launchNorm(norm, step, weight, new NormRows(rows, step.wanted(), model.activations().finals));
    }
  }

  /**
   * Rows that are normed.
   *
   * @param numbers where their numbers are, 0 for the first rows
   */
  private record NormRows(long numbers, int count, DeviceTensor to) {}

  private void launchNorm(Kernel kernel, Step step, DeviceTensor weight, NormRows rows) {
    int width = model.config().hiddenSize();
    // Of a prompt there are many rows: with fewer threads for each, more of them are under way.
    int vectors = step.rows().hasPrompts() ? KEPT_VECTORS : 1;
    int wanted = Math.ceilDiv(width / vector, vectors);
    int threads = Math.min(MOST_THREADS, Math.ceilDiv(wanted, WARP) * WARP);
    kernel
        .begin()
        .with(model.activations().residual.address())
        .with(weight.address())
        .with(rows.to.address())
        .with(rows.numbers)
        .with(width)
        .with((float) model.config().rmsNormEpsilon())
        .launch(Kernel.Grid.of(rows.count, threads), 0, stream);
  }

  @Override
  public void linear(
      DeviceTensor from, DeviceTensor weight, DeviceTensor to, int rows, boolean accumulate) {
    products.linear(from, weight, to, rows, accumulate);
  }

  @Override
  public void addBias(Step step, DeviceTensor to, DeviceTensor bias) {
    if (addBias == null) {
      twins.addBias(step, to, bias);
      return;
    }
    int width = (int) to.columns();
    addBias
        .begin()
        .with(to.address())
        .with(bias.address())
        .with(width)
        .launch(Kernel.Grid.of(blocks(width), step.filled(), BLOCK), 0, stream);
  }

  private int blocks(int width) {
    return (width / vector + BLOCK - 1) / BLOCK;
  }

  @Override
  public void rope(Step step, int layer) {
    if (rope == null) {
      twins.rope(step, layer);
      return;
    }
    RowInput rows = model.rowInput();
    launchRope(rope, layer, rows.address(rows.cells()), step.filled());
  }

  @Override
  public boolean joinsLoraAndRope() {
    return lora.rotates();
  }

  @Override
  public void loraAndRope(Step step, int layer) {
    if (rope == null || !lora.rotates()) {
      Operators.super.loraAndRope(step, layer);
      return;
    }
    RowsLeft left = lora.runAndRope(layer);
    if (left.count() > 0) {
      launchRope(rope, layer, left.address(), left.count());
    }
  }

  /**
   * Rotates the first rows.
   *
   * @param cells of the rows, where they are on the device
   */
  private void launchRope(Kernel kernel, int layer, long cells, int count) {
    GpuWeights.Layer weights = model.weights().layer(layer);
    ModelConfig config = model.config();
    RowInput rows = model.rowInput();
    kernel
        .begin()
        .with(model.activations().qkv.address())
        .with(addressOf(weights.qkvBias()))
        .with(addressOf(weights.queryNorm()))
        .with(addressOf(weights.keyNorm()))
        .with((float) config.rmsNormEpsilon())
        .with(rows.address(rows.positions()))
        .with(cells)
        .with(model.weights().cosines().address())
        .with(model.weights().sines().address())
        .with(model.arena().cells().address())
        .with((long) model.model().cellElements())
        .with(model.keyOffset(layer))
        .with(model.valueOffset(layer))
        .launch(Kernel.Grid.of(ropeBlocks(config), count, ROPE_BLOCK), 0, stream);
  }

  private int ropeBlocks(ModelConfig config) {
    int vectors = Math.max(1, config.headSize() / 2 / vector);
    int lanes = Integer.highestOneBit(2 * vectors - 1);
    int threads = (config.heads() + 2 * config.kvHeads()) * lanes;
    return (threads + ROPE_BLOCK - 1) / ROPE_BLOCK;
  }

  private static long addressOf(@Nullable DeviceTensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  @Override
  public void attention(Step step, int layer) {
    attention.run(step, layer);
  }

  @Override
  public void gate(Step step, GpuWeights.Layer layer) {
    if (siluMul == null) {
      twins.gate(step, layer);
      return;
    }
    int width = model.config().intermediateSize();
    long bias = addressOf(layer.gateUpBias());
    long second = bias == 0 ? 0 : bias + model.model().bytes(width);
    siluMul
        .begin()
        .with(model.activations().gateUp.address())
        .with(bias)
        .with(second)
        .with(model.activations().gated.address())
        .with(width)
        .launch(Kernel.Grid.of(blocks(width), step.filled(), BLOCK), 0, stream);
  }

  @Override
  public void lora(Step step, int layer, LoraSite site) {
    lora.run(step, layer, site);
  }
}
