package io.chameleon.engine.cuda;

/**
 * How the rows of a product are cut where no row may depend on how many there are: into tiles of
 * one size, the last one filled up by whatever lies behind. cuBLAS chooses an algorithm by the size
 * of a product; of one size, it is always the same one, and adds up each row in the same order.
 */
final class RowTiles {

  /** Rows of a tile of generated tokens, and of the last product, which has few rows. */
  static final int GENERATED = 64;

  /** Of a prompt's tokens, in half precision: weights are read once for so many. */
  static final int PROMPT = 256;

  private RowTiles() {}

  /**
   * Rows of a tile; 0 if all rows are one product.
   *
   * @param from what is multiplied
   * @param to where the product goes
   */
  static int rows(StepRows.Kind kind, DeviceTensor from, DeviceTensor to) {
    boolean isWide =
        from.kind() == TorchMemory.Kind.BFLOAT16 && to.kind() == TorchMemory.Kind.BFLOAT16;
    return switch (kind) {
      case MIXED -> 0;
      case PROMPT -> isWide ? PROMPT : GENERATED;
      case GENERATED -> GENERATED;
    };
  }

  /** Rows that a buffer of so many needs, so that its last tile has room. */
  static int room(int rows, int tile) {
    return Math.ceilDiv(rows, tile) * tile;
  }
}
