package io.chameleon.engine.cuda;

import io.chameleon.model.ModelConfig;

/** Sizes of the kernel of span_attention.cu. */
final class SpanShape {

  private static final int MOST_HEADS = 8;
  private static final int MOST_QUERIES = 8;
  private static final int HEAD_STEP = 16;
  private static final int WARP = 32;
  private static final int STAGES = 3;
  private static final int TILE = 16;
  private static final int LINE = 128;
  private static final int PADDING = 80;

  private SpanShape() {}

  /** Whether it can serve a model. */
  static boolean isPossible(ModelConfig config) {
    return config.kvHeads() % headsOfBlock(config) == 0
        && config.heads() / config.kvHeads() <= MOST_QUERIES
        && config.headSize() % HEAD_STEP == 0;
  }

  private static int headsOfBlock(ModelConfig config) {
    return Math.min(MOST_HEADS, config.kvHeads());
  }

  /** Blocks that share a span. */
  static int groups(ModelConfig config) {
    return config.kvHeads() / headsOfBlock(config);
  }

  static int threads(ModelConfig config) {
    return WARP * (headsOfBlock(config) + 1);
  }

  static int sharedBytes(ModelConfig config) {
    int token = headsOfBlock(config) * config.headSize() * Short.BYTES;
    return STAGES * TILE * (2 * ((token + LINE - 1) / LINE * LINE) + PADDING);
  }
}
