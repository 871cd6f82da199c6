package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Where no row may depend on the others, a run is cut by its own length, in any company. */
class OwnPiecesTest {

  private static final long SEED = 20261130;
  private static final int CAPACITY = 4096;
  private static final int PROMPT = 1;
  private static final int LONGEST = 40_000;

  @AutoClose private static HostTwins twins = HostTwins.open();

  /** A piece, with its first cell counted from its run's. */
  private record Piece(int row, int cell, int tokens, int ordinal, int pieces, int settled) {

    /** The same, whatever the row is. */
    Piece ofRow(int number) {
      return new Piece(number, cell, tokens, ordinal, pieces, settled);
    }
  }

  /** What is sent. */
  private record Sent(List<Piece> pieces, int[] spans) {

    List<Piece> of(int row) {
      return pieces.stream().filter(piece -> piece.row == row).toList();
    }
  }

  @Test
  void pieces_ofARunInRandomCompany_areThoseOfTheRunAlone() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    for (int trial = 0; trial < 300; trial++) {
      int blocks = 1 + random.nextInt(40);
      int[] lengths = random.ints(1 + random.nextInt(64), 2, 6000).toArray();
      Sent together = send(blocks, generated(lengths));
      for (int row = 0; row < lengths.length; row++) {
        List<Piece> alone = send(1 + random.nextInt(40), generated(lengths[row])).of(0);
        int number = row;
        assertThat(together.of(row)).isEqualTo(alone.stream().map(p -> p.ofRow(number)).toList());
      }
    }
  }

  @Test
  void pieces_ofAnyLength_coverTheRunInOrderAndAreFewEnoughToBeJoinedAtOnce() {
    for (int length = 2; length < LONGEST; length += 1 + length / 50) {
      int next = 0;
      List<Piece> pieces = send(33, generated(length)).of(0);
      for (Piece piece : pieces) {
        assertThat(piece.cell).isEqualTo(next);
        assertThat(piece.pieces).isEqualTo(pieces.size());
        next += piece.tokens;
        assertThat(piece.settled).isEqualTo(piece.tokens - (next == length ? 1 : 0));
      }
      assertThat(next).isEqualTo(length);
      assertThat(pieces).hasSizeLessThanOrEqualTo(AttentionPlan.MOST_PIECES);
    }
  }

  @Test
  void tokensComputedAnew_areCutAsWhenTheyWereGenerated_andWaitForThoseBeforeThem() {
    SequenceStep anew =
        new SequenceStep(new int[600], 300, 300, 300, new CellRun(0, 601), null, null, PROMPT);
    Sent sent = send(33, List.of(anew));

    for (int row = 0; row < 300; row++) {
      List<Piece> alone = send(33, generated(301 + row)).of(0);
      assertThat(sent.of(row)).allMatch(piece -> piece.settled == 0);
      assertThat(sent.of(row).stream().map(Piece::tokens))
          .isEqualTo(alone.stream().map(Piece::tokens).toList());
    }
  }

  @Test
  void spans_haveAllPiecesOnceAndAboutEqualShares() {
    Random random = new Random(SEED);
    for (int trial = 0; trial < 500; trial++) {
      int blocks = 1 + random.nextInt(40);
      int[] lengths = random.ints(1 + random.nextInt(64), 2, 4000).toArray();
      Sent sent = send(blocks, generated(lengths));
      assertThat(sent.spans[0]).isZero();
      assertThat(sent.spans[blocks]).isEqualTo(sent.pieces.size());
      int all = java.util.stream.IntStream.of(lengths).sum();
      for (int block = 0; block < blocks; block++) {
        int share =
            sent.pieces.subList(sent.spans[block], sent.spans[block + 1]).stream()
                .mapToInt(Piece::tokens)
                .sum();
        assertThat(share).isLessThanOrEqualTo(Math.ceilDiv(all, blocks) + AttentionPlan.OWN_PIECE);
      }
    }
  }

  @Test
  void morePieces_thanThereIsRoomFor_areToBeRunInParts() {
    int[] lengths = new int[200];
    java.util.Arrays.fill(lengths, 128 * 30);

    assertThatThrownBy(() -> send(33, generated(lengths)))
        .isInstanceOf(StepTooLargeException.class)
        .hasMessageContaining("4096 pieces");
  }

  private static List<SequenceStep> generated(int... lengths) {
    List<SequenceStep> steps = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      CellRun run = new CellRun(LONGEST * i, lengths[i]);
      steps.add(new SequenceStep(new int[1], 0, 1, lengths[i] - 1, run, null, null, PROMPT));
    }
    return steps;
  }

  private static Sent send(int blocks, List<SequenceStep> steps) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] host = new MemorySegment[1];
      StepInput input =
          new StepInput(
              twins.memory(), new HostQueue(), bytes -> host[0] = arena.allocate(bytes, 64));
      AttentionPlan plan = new AttentionPlan(input, CAPACITY, blocks);
      input.open();
      plan.send(StepRows.ofOneKind(new Batch(steps)), true);
      int[] numbers = host[0].toArray(JAVA_INT);
      long base = input.tensor().address();
      int spans = (int) ((plan.spansAddress() - base) / Integer.BYTES);
      int items = (int) ((plan.itemsAddress() - base) / Integer.BYTES);
      int count = numbers[(int) ((plan.countAddress() - base) / Integer.BYTES)];
      List<Piece> pieces = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int at = items + i * AttentionPlan.ITEM;
        pieces.add(
            new Piece(
                numbers[at],
                numbers[at + 1] % LONGEST,
                numbers[at + 2],
                numbers[at + 3],
                numbers[at + 4],
                numbers[at + 5]));
      }
      return new Sent(pieces, java.util.Arrays.copyOfRange(numbers, spans, spans + blocks + 1));
    }
  }
}
