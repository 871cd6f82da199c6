package io.chameleon.engine.cuda;

import io.chameleon.engine.SequenceStep;

/**
 * How the attention of single query tokens is cut into pieces of runs: laid end to end, and cut
 * into spans of equal length, one for each block row of the kernel, so that all end together; or,
 * where no row may depend on the others, each run by its own length, and whole pieces to a span.
 * All layers of a step use the same. See {@code attention.cu} for the numbers of a piece, {@code
 * span_attention.cu} for spans.
 */
final class AttentionPlan {

  static final int ITEM = 8;

  /** Shorter pieces are not made: a cut costs more than it gains. */
  private static final int SHORTEST = 16;

  /** Shorter spans are not made: joining another piece costs more than reading so many tokens. */
  private static final int SHORTEST_SPAN = 32;

  /** A span may be longer by this part where that ends a row. */
  private static final int SLACK = 16;

  /** Tokens of a piece where each run is cut by its own length, up to {@link #MOST_PIECES}. */
  static final int OWN_PIECE = 128;

  /** Longer runs have longer pieces: a warp joins so many at once. */
  static final int MOST_PIECES = 32;

  private static final int TILE = 16;

  private final StepInput input;
  private final StepInput.Part count;
  private final StepInput.Part spans;
  private final StepInput.Part items;
  private final int capacity;
  private final int blocks;
  private int used;
  private int span;
  private long left;
  private long room;
  private long target;
  private long mean;

  /**
   * Reserves its place.
   *
   * @param capacity most pieces of a step
   * @param blocks block rows that the device holds at once
   */
  AttentionPlan(StepInput input, int capacity, int blocks) {
    this.input = input;
    this.count = input.reserve(1);
    this.spans = input.reserve(blocks + 1);
    this.items = input.reserve(capacity * ITEM);
    this.capacity = capacity;
    this.blocks = blocks;
  }

  /** Spans of a step. */
  int blocks() {
    return blocks;
  }

  int capacity() {
    return capacity;
  }

  long countAddress() {
    return count.address();
  }

  long spansAddress() {
    return spans.address();
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
    if (step.kind() == StepRows.Kind.MIXED) {
      begin(step, sequences);
      forEachRow(step, sequences, this::cut);
    } else {
      used = 0;
      forEachRow(step, sequences, this::cutAlone);
      share();
    }
    while (span < blocks) {
      spans.set(++span, used);
    }
    count.set(0, used);
    input.send(count, items, used * ITEM);
  }

  /** Takes a row: its number, first cell and length, and whether it is a sequence's only one. */
  private interface Cut {
    void row(int row, int firstCell, int length, boolean decode);
  }

  private static void forEachRow(StepRows step, int sequences, Cut cut) {
    int row = 0;
    for (int i = 0; i < sequences; i++) {
      SequenceStep sequence = step.steps().get(i);
      boolean decode = sequence.count() == 1;
      for (int t = 0; t < sequence.count(); t++, row++) {
        cut.row(row, sequence.kv().start(), sequence.position() + t + 1, decode);
      }
    }
  }

  /** Tokens that the queries of a sequence see, all together. */
  private static long tokens(SequenceStep sequence) {
    long first = sequence.position() + 1L;
    return sequence.count() * (first + first + sequence.count() - 1) / 2;
  }

  private void begin(StepRows step, int sequences) {
    left = 0;
    int rows = 0;
    for (int i = 0; i < sequences; i++) {
      SequenceStep sequence = step.steps().get(i);
      rows += sequence.count();
      left += tokens(sequence);
    }
    if (rows + blocks > capacity) {
      throw new IllegalArgumentException(
          "%d rows in %d blocks; there is room for %d pieces".formatted(rows, blocks, capacity));
    }
    used = 0;
    span = 0;
    spans.set(0, 0);
    mean = Math.max(SHORTEST_SPAN, (left + blocks - 1) / blocks);
    open();
  }

  private void open() {
    int spansLeft = blocks - span;
    target =
        spansLeft <= 1 ? Long.MAX_VALUE / 2 : Math.max(mean, (left + spansLeft - 1) / spansLeft);
    room = target;
  }

  private void close() {
    spans.set(++span, used);
    open();
  }

  private void cut(int row, int firstCell, int length, boolean decode) {
    int first = used;
    int at = 0;
    while (at < length) {
      int tokens = length - at;
      if (tokens > room + target / SLACK) {
        if (room < SHORTEST && room < target) {
          close();
          continue;
        }
        tokens = (int) room;
      }
      int settled = decode ? Math.clamp(length - 1L - at, 0, tokens) : 0;
      items.set(used * ITEM, row, firstCell + at, tokens, used - first);
      items.set(used * ITEM + 4, 0, settled, 0, 0);
      used++;
      at += tokens;
      left -= tokens;
      room -= tokens;
      if (room <= 0 && span < blocks - 1) {
        close();
      }
    }
    for (int item = first; item < used; item++) {
      items.set(item * ITEM + 4, used - first);
    }
  }

  /** Where a run is cut hangs on its length alone. */
  private void cutAlone(int row, int firstCell, int length, boolean decode) {
    int even = Math.ceilDiv(Math.ceilDiv(length, MOST_PIECES), TILE) * TILE;
    int longest = Math.max(OWN_PIECE, even);
    int pieces = Math.ceilDiv(length, longest);
    if (used + pieces > capacity) {
      throw new StepTooLargeException(
          "the attention of %d rows takes more than the %d pieces that there is room for"
              .formatted(row + 1, capacity));
    }
    for (int piece = 0; piece < pieces; piece++) {
      int at = piece * longest;
      int tokens = Math.min(longest, length - at);
      int settled = decode ? Math.clamp(length - 1L - at, 0, tokens) : 0;
      items.set(used * ITEM, row, firstCell + at, tokens, piece);
      items.set(used * ITEM + 4, pieces, settled, 0, 0);
      used++;
    }
  }

  /** Gives each span whole pieces, about as many tokens to each. */
  private void share() {
    long all = 0;
    for (int item = 0; item < used; item++) {
      all += items.get(item * ITEM + 2);
    }
    span = 0;
    spans.set(0, 0);
    long done = 0;
    for (int item = 0; item < used; item++) {
      done += items.get(item * ITEM + 2);
      while (span < blocks - 1 && done * blocks >= (span + 1) * all) {
        spans.set(++span, item + 1);
      }
    }
  }
}
