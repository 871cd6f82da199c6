package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import io.chameleon.model.LinearModule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is written on the host for a step, before any kernel reads it. */
class StepPlansTest {

  private static final long SEED = 20261130;

  @AutoClose private static HostTwins twins = HostTwins.open();

  @Test
  void rows_ofAMixedBatch_putSingleTokensOfAnAdapterSideBySideBeforeChunks() {
    ResidentAdapter one = adapter("one", 0, 8);
    ResidentAdapter other = adapter("other", 8, 16);
    StepRows rows =
        new StepRows(
            new Batch(
                List.of(
                    step(0, 0, 5, other),
                    step(100, 7, 1, other),
                    step(200, 9, 1, one),
                    step(300, 3, 1, null),
                    step(400, 4, 1, other))));

    assertThat(rows.decodeRows()).isEqualTo(4);
    assertThat(rows.rows()).isEqualTo(9);
    assertThat(rows.segments())
        .extracting(StepRows.Segment::first, StepRows.Segment::end, s -> s.adapter().name())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, 2, "one"),
            org.assertj.core.groups.Tuple.tuple(2, 4, "other"),
            org.assertj.core.groups.Tuple.tuple(4, 9, "other"));
    assertThat(rows.place(4)).isZero();
    assertThat(rows.sequences(4)).containsExactly(4, 5, 0, 5);
  }

  @Test
  void chunkKernels_ofManySingleTokensOfAnAdapter_areNotUsed_ofAChunkTheyAre() {
    ResidentAdapter adapter = adapter("one", 0, 8);
    List<SequenceStep> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(step(100 * i, 5, 1, adapter));
    }
    StepRows decode = new StepRows(new Batch(many));
    StepRows chunk = new StepRows(new Batch(List.of(step(0, 0, 20, adapter))));

    assertThat(decode.segments()).hasSize(1);
    assertThat(LoraPrefill.takes(decode, decode.segments().getFirst())).isFalse();
    assertThat(LoraPrefill.takes(chunk, chunk.segments().getFirst())).isTrue();
  }

  @Test
  void rowsLeft_ofAMixedBatch_areThoseNotTakenAwayAndNoneBehindThem() {
    ResidentAdapter adapter = adapter("one", 0, 8);
    List<SequenceStep> left =
        List.of(step(100, 7, 1, adapter), step(200, 3, 20, null), step(300, 0, 5, adapter));
    SequenceStep chunk = step(400, 2, 16, adapter);
    List<SequenceStep> all = new ArrayList<>(left);
    all.addFirst(chunk);

    // Chunks of one adapter stay in their order, so the one of 16 lies before that of 5.
    List<Integer> cells = new ArrayList<>(List.of(107));
    IntStream.range(0, 20).forEach(i -> cells.add(203 + i));
    cells.addAll(Collections.nCopies(16, -1));
    IntStream.range(0, 5).forEach(i -> cells.add(300 + i));
    assertThat(cellsLeft(all)).isEqualTo(cells);
    assertThat(cellsLeft(List.of(chunk))).isEmpty();
    assertThat(cellsLeft(List.of(chunk, left.getFirst()))).containsExactly(107);
  }

  @Test
  void rowsLeft_ofADecodeStep_areAllThatItIsFilledUpToOrNone() {
    List<SequenceStep> rows = new ArrayList<>(List.of(step(100, 7, 1, null)));
    List<Integer> cells = new ArrayList<>(List.of(107));
    for (int i = 1; i < 17; i++) {
      rows.add(step(100 + 50 * i, 7, 1, adapter("one", 0, 8)));
      cells.add(-1);
    }
    cells.addAll(Collections.nCopies(7, -1));
    assertThat(cellsLeft(rows, true)).isEqualTo(cells);
    assertThat(cellsLeft(rows.subList(1, 17), true)).isEmpty();
  }

  private static List<Integer> cellsLeft(List<SequenceStep> steps) {
    return cellsLeft(steps, false);
  }

  /**
   * What the kernel for the other rows reads.
   *
   * @param withRows whether rows of adapters are rotated as those of chunks are
   */
  private static List<Integer> cellsLeft(List<SequenceStep> steps, boolean withRows) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] host = new MemorySegment[1];
      StepInput input =
          new StepInput(
              twins.memory(), new HostQueue(), bytes -> host[0] = arena.allocate(bytes, 64));
      RowsLeft left = new RowsLeft(input, 64);
      input.open();
      StepRows rows = new StepRows(new Batch(steps));
      left.begin(rows);
      rows.segments().stream()
          .filter(segment -> withRows || LoraPrefill.takes(rows, segment))
          .forEach(left::remove);
      left.send(new Step(rows, StepGraphs.filled(rows.rows()), rows.rows()));
      int at = (int) ((left.address() - input.tensor().address()) / Integer.BYTES);
      int[] numbers = Arrays.copyOfRange(host[0].toArray(JAVA_INT), at, at + left.count());
      return Arrays.stream(numbers).boxed().toList();
    }
  }

  @Test
  void spans_ofRandomLengths_coverEachRowOnceInEqualShares() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    for (int trial = 0; trial < 2_000; trial++) {
      int blocks = 1 + random.nextInt(40);
      int[] lengths = random.ints(1 + random.nextInt(48), 1, 1 + random.nextInt(900) + 1).toArray();
      checkSpans(blocks, lengths);
    }
  }

  private static void checkSpans(int blocks, int[] lengths) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] host = new MemorySegment[1];
      StepInput input =
          new StepInput(
              twins.memory(), new HostQueue(), bytes -> host[0] = arena.allocate(bytes, 64));
      AttentionPlan plan = new AttentionPlan(input, lengths.length + blocks, blocks);
      input.open();
      List<SequenceStep> steps = new ArrayList<>();
      for (int i = 0; i < lengths.length; i++) {
        steps.add(step(1000 * i, lengths[i] - 1, 1, null));
      }
      plan.send(new StepRows(new Batch(steps)), false);
      int[] numbers = host[0].toArray(JAVA_INT);
      long base = input.tensor().address();
      int spans = (int) ((plan.spansAddress() - base) / Integer.BYTES);
      int items = (int) ((plan.itemsAddress() - base) / Integer.BYTES);
      int count = numbers[(int) ((plan.countAddress() - base) / Integer.BYTES)];
      assertThat(numbers[spans]).isZero();
      assertThat(numbers[spans + blocks]).isEqualTo(count);
      checkItems(Arrays.copyOfRange(numbers, items, items + count * AttentionPlan.ITEM), lengths);
      int mean = Math.max(32, Math.ceilDiv(Arrays.stream(lengths).sum(), blocks));
      for (int block = 0; block < blocks; block++) {
        int share = 0;
        for (int item = numbers[spans + block]; item < numbers[spans + block + 1]; item++) {
          share += numbers[items + item * AttentionPlan.ITEM + 2];
        }
        assertThat(share).isLessThanOrEqualTo(2 * mean + 16);
      }
    }
  }

  private static void checkItems(int[] items, int[] lengths) {
    int[] seen = new int[lengths.length];
    int[] pieces = new int[lengths.length];
    for (int at = 0; at < items.length; at += AttentionPlan.ITEM) {
      int row = items[at];
      assertThat(items[at + 1]).isEqualTo(1000 * row + seen[row]);
      assertThat(items[at + 3]).isEqualTo(pieces[row]++);
      seen[row] += items[at + 2];
      int unsettled = seen[row] == lengths[row] ? 1 : 0;
      assertThat(items[at + 5]).isEqualTo(items[at + 2] - unsettled);
    }
    assertThat(seen).isEqualTo(lengths);
    for (int at = 0; at < items.length; at += AttentionPlan.ITEM) {
      assertThat(items[at + 4]).isEqualTo(pieces[items[at]]);
    }
  }

  @Test
  void part_beyondItsNumbers_refuses() {
    try (Arena arena = Arena.ofConfined()) {
      StepInput input =
          new StepInput(twins.memory(), new HostQueue(), bytes -> arena.allocate(bytes, 64));
      StepInput.Part part = input.reserve(4);
      input.reserve(4);
      input.open();

      assertThatThrownBy(() -> part.set(4, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private static ResidentAdapter adapter(String name, int first, int rank) {
    return new RestedAdapter(ModelShape.HOST.config(), first, Map.of(LinearModule.Q, rank))
        .named(name, 1);
  }

  private static SequenceStep step(
      int cell, int position, int count, @Nullable ResidentAdapter adapter) {
    return new SequenceStep(
        new int[count], 0, count, position, new CellRun(cell, position + count), adapter, null);
  }
}
