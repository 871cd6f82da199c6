package io.chameleon.engine.cuda;

import io.chameleon.engine.SequenceStep;
import io.chameleon.model.ModelConfig;

/**
 * How the attention of single query tokens is cut into pieces of runs, so that short and long rows
 * keep the whole device busy. All layers of a step use the same. See {@code attention.cu} for the
 * numbers of a piece.
 */
final class AttentionPlan {

  static final int ITEM = 8;

  /** Tokens of a piece are a multiple of this. */
  private static final int TILE = 16;

  private static final int SHORTEST = 64;

  private final StepInput.Part count;
  private final StepInput.Part items;
  private final int capacity;
  private final int wave;
  private int used;

  /**
   * Reserves its place.
   *
   * @param capacity most pieces of a step
   * @param blocks blocks of the kernel that the device holds at once
   */
  AttentionPlan(StepInput input, int capacity, int blocks, ModelConfig config) {
    this.count = input.reserve(1);
    this.items = input.reserve(capacity * ITEM);
    this.capacity = capacity;
    this.wave = Math.max(1, blocks / groups(config));
  }

  /** KV heads that a block reads at once. */
  static int headsOfBlock(ModelConfig config) {
    return Math.min(4, config.kvHeads());
  }

  /** Blocks that share a piece. */
  static int groups(ModelConfig config) {
    return (config.kvHeads() + headsOfBlock(config) - 1) / headsOfBlock(config);
  }

  /** Pieces that the device works on at once. */
  int wave() {
    return wave;
  }

  int capacity() {
    return capacity;
  }

  long countAddress() {
    return count.address();
  }

  long itemsAddress() {
    return items.address();
  }

  /**
   * Cuts and sends.
   *
   * @param chunks whether the rows of prefill chunks are to be among them, each as a row of its own
   * @throws IllegalArgumentException if there are more rows than pieces are to be had
   */
  void send(StepRows step, boolean chunks) {
    int sequences = chunks ? step.steps().size() : step.decodeRows();
    long tokens = 0;
    int rows = 0;
    for (int i = 0; i < sequences; i++) {
      SequenceStep sequence = step.steps().get(i);
      rows += sequence.count();
      tokens += (long) sequence.count() * (sequence.position() + sequence.count());
    }
    int size = pieceSize(tokens, rows);
    used = 0;
    int row = 0;
    for (int i = 0; i < sequences; i++) {
      SequenceStep sequence = step.steps().get(i);
      for (int t = 0; t < sequence.count(); t++, row++) {
        cut(row, sequence.kv().start(), sequence.position() + t + 1, size, sequence.count() == 1);
      }
    }
    count.set(0, used);
    count.send(1);
    items.send(used * ITEM);
  }

  /** About two pieces for each place on the device, and never more than fit. */
  private int pieceSize(long tokens, int rows) {
    if (rows > capacity) {
      throw new IllegalArgumentException("%d rows of %d".formatted(rows, capacity));
    }
    long wanted = Math.min(2L * wave, capacity - rows);
    long size = wanted <= 0 ? tokens : (tokens + wanted - 1) / wanted;
    return (int) Math.max(SHORTEST, (size + TILE - 1) / TILE * TILE);
  }

  private void cut(int row, int firstCell, int length, int size, boolean decode) {
    int pieces = (length + size - 1) / size;
    for (int ordinal = 0; ordinal < pieces; ordinal++) {
      int from = ordinal * size;
      int tokens = Math.min(size, length - from);
      boolean last = ordinal == pieces - 1;
      int settled = decode ? tokens - (last ? 1 : 0) : 0;
      int at = used++ * ITEM;
      items.set(at, row, firstCell + from, tokens, ordinal);
      items.set(at + 4, pieces, settled, 0, 0);
    }
  }
}
