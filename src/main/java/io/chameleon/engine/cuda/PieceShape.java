package io.chameleon.engine.cuda;

import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;

/** Sizes of the kernel of attention.cu. */
final class PieceShape {

  private static final int MOST_HEADS = 4;
  private static final int WARP = 32;
  private static final int STAGES = 3;
  private static final int STAGE_BYTES_PER_ELEMENT = 64;

  private PieceShape() {}

  private static int headsOfBlock(ModelConfig config) {
    return Math.min(MOST_HEADS, config.kvHeads());
  }

  /** Blocks that share a piece. */
  static int groups(ModelConfig config) {
    return (config.kvHeads() + headsOfBlock(config) - 1) / headsOfBlock(config);
  }

  static int threads(ModelConfig config) {
    return WARP * headsOfBlock(config);
  }

  static int sharedBytes(DeviceModel model) {
    ModelConfig config = model.config();
    int heads = headsOfBlock(config);
    return model.numbers() == ElementType.BF16
        ? heads * STAGES * STAGE_BYTES_PER_ELEMENT * config.headSize()
        : heads * (config.heads() / config.kvHeads()) * config.headSize() * Float.BYTES;
  }
}
