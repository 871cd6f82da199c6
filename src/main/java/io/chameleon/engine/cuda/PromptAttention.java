package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import java.util.Set;

/** Attention of prompts' chunks by the kernel of prompt_attention.cu. */
final class PromptAttention {

  private static final int ADDRESS = Long.BYTES;
  private static final int LONG = Long.BYTES;
  private static final int NUMBER = Integer.BYTES;

  /** Sizes of heads for which its products are written out. */
  private static final Set<Integer> HEAD_SIZES = Set.of(64, 80, 96, 128);

  private static final int THREADS = 384;

  /** Keys of a portion, and portions of keys and of values that are there at once. */
  private static final int KEYS = 128;

  private static final int PORTIONS = 4;
  private static final int BLOCK_WIDTH = 64;
  private static final int ROW_BYTES = 128;
  private static final int BARRIERS = 2 * PORTIONS;
  private static final int ALIGNMENT = 1024;

  private final GpuModel model;
  private final PromptTiles tiles;
  private final CudaStream stream;
  private final Kernel kernel;
  private final int sharedBytes;

  PromptAttention(GpuModel model, PromptTiles tiles, CudaStream stream, CudaKernels kernels) {
    this.model = model;
    this.tiles = tiles;
    this.stream = stream;
    this.sharedBytes = sharedBytes(model.config());
    this.kernel =
        kernels
            .kernel(
                KernelText.PROMPT_ATTENTION,
                "prompt_attention",
                ADDRESS,
                LONG,
                ADDRESS,
                LONG,
                LONG,
                LONG,
                ADDRESS,
                NUMBER,
                NUMBER,
                ADDRESS)
            .withSharedMemory(sharedBytes);
  }

  /** Whether the kernel can be of use for heads of a size. */
  static boolean isPossible(DeviceModel model, int sharedBytes) {
    return HEAD_SIZES.contains(model.config().headSize())
        && sharedBytes(model.config()) <= sharedBytes;
  }

  private static int sharedBytes(ModelConfig config) {
    int blocks = Math.ceilDiv(config.headSize(), BLOCK_WIDTH);
    int rows = PromptTiles.ROWS + PORTIONS * KEYS;
    return blocks * ROW_BYTES * rows + BARRIERS * Long.BYTES + ALIGNMENT;
  }

  void prepare(StepRows rows) {
    tiles.send(rows);
  }

  void run(int layer, float scaleLog2) {
    ModelConfig config = model.config();
    AttentionKernel.begin(kernel, model, layer)
        .with(tiles.address())
        .with(tiles.count())
        .with(scaleLog2)
        .with(model.activations().attended.address())
        .launch(Kernel.Grid.of(tiles.count() * config.heads(), THREADS), sharedBytes, stream);
  }
}
