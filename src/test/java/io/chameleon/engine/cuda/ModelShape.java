package io.chameleon.engine.cuda;

import io.chameleon.model.ModelConfig;
import io.chameleon.model.RopeConfig;
import java.util.List;

/**
 * A shape of a model on which kernels are checked: no size is a power of two or a multiple of a
 * tile where it need not be.
 *
 * @param config the model
 * @param arenaElements numbers of its arena: room for windows and the longest step
 */
record ModelShape(String name, ModelConfig config, long arenaElements) {

  private static final int CONTEXT = 2048;
  private static final double EPSILON = 1e-5;
  private static final double THETA = 10_000;
  private static final long MEBI = 1L << 20;

  /**
   * 16 heads of 64, all with keys of their own: more KV heads than a block takes; products that are
   * wide and deep.
   */
  private static final ModelShape MHA_64 =
      of("MHA of 64", new Heads(16, 16, 64), new Widths(1, 520, 4104, 8203), Extra.NOTHING, 18);

  /** Two heads of 80 to a KV head; biases of q, k and v, as Qwen2. */
  static final ModelShape GQA2_80 =
      of("GQA 2 of 80", new Heads(8, 4, 80), new Widths(2, 648, 1736, 1003), Extra.QKV_BIAS, 14);

  /** Four heads of 96 to a KV head, normed as Qwen3's. */
  private static final ModelShape GQA4_96 =
      of("GQA 4 of 96", new Heads(8, 2, 96), new Widths(3, 328, 904, 1003), Extra.HEAD_NORMS, 14);

  /** All eight heads of 128 with one KV head; the other biases. */
  static final ModelShape GQA8_128 =
      of(
          "GQA 8 of 128",
          new Heads(8, 1, 128),
          new Widths(2, 1032, 2744, 1003),
          Extra.OTHER_BIASES,
          14);

  /** Small enough for the host. */
  static final ModelShape HOST =
      of("GQA 2 of 64", new Heads(4, 2, 64), new Widths(2, 72, 200, 103), Extra.OTHER_BIASES, 5);

  /** Those for a GPU. */
  static final List<ModelShape> ALL = List.of(MHA_64, GQA2_80, GQA4_96, GQA8_128);

  private record Heads(int query, int kv, int size) {}

  private record Widths(int layers, int hidden, int intermediate, int vocabulary) {}

  private enum Extra {
    NOTHING,
    QKV_BIAS,
    HEAD_NORMS,
    OTHER_BIASES
  }

  private static ModelShape of(
      String name, Heads heads, Widths widths, Extra extra, long arenaMebiElements) {
    return new ModelShape(
        name,
        new ModelConfig(
            "llama",
            widths.layers,
            widths.hidden,
            heads.query,
            heads.kv,
            heads.size,
            widths.intermediate,
            widths.vocabulary,
            CONTEXT,
            EPSILON,
            new RopeConfig(THETA, null),
            extra == Extra.HEAD_NORMS,
            extra == Extra.QKV_BIAS,
            extra == Extra.OTHER_BIASES,
            extra == Extra.OTHER_BIASES,
            extra == Extra.HEAD_NORMS),
        arenaMebiElements * MEBI);
  }

  @Override
  public String toString() {
    return name;
  }
}
