package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Tiles of the chunks of prompts, as the kernel reads them. */
class PromptTilesTest {

  private static final long SEED = 20261201;
  private static final int ROWS = 2048;
  private static final int SEQUENCES = 64;
  private static final int APART = 10_000;

  @AutoClose private static HostTwins twins = HostTwins.open();

  @Test
  void tiles_ofRandomChunksBesideSingleTokens_coverEachRowOfAChunkOnceTheLongestFirst() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    for (int trial = 0; trial < 500; trial++) {
      List<SequenceStep> batch = new ArrayList<>();
      int left = ROWS;
      for (int i = 0; i < SEQUENCES && left > 0; i++) {
        int most = random.nextInt(4) == 0 ? 700 : 5;
        int count = Math.min(left, 1 + random.nextInt(most));
        batch.add(step(i * APART, random.nextInt(3) * random.nextInt(300), count));
        left -= count;
      }
      check(new StepRows(new Batch(batch)));
    }
  }

  @Test
  void tiles_ofASingleTokenOfAPrompt_areOneWhereItGoesTheWayOfChunks() {
    SequenceStep last =
        new SequenceStep(new int[41], 40, 1, 40, new CellRun(7, 41), null, null, 41);
    StepRows rows = StepRows.ofOneKind(new Batch(List.of(last)));

    assertThat(sent(rows)).containsExactly(0, 1, 7, 40);
  }

  private static SequenceStep step(int cell, int position, int count) {
    return new SequenceStep(
        new int[count], 0, count, position, new CellRun(cell, position + count), null, null);
  }

  private static void check(StepRows rows) {
    int[] tiles = sent(rows);
    BitSet covered = new BitSet();
    int longest = Integer.MAX_VALUE;
    for (int at = 0; at < tiles.length; at += PromptTiles.NUMBERS) {
      int first = tiles[at];
      int count = tiles[at + 1];
      assertThat(count).isBetween(1, PromptTiles.ROWS);
      for (int row = first; row < first + count; row++) {
        assertThat(covered.get(row)).as("row %d is in two tiles", row).isFalse();
        covered.set(row);
        assertThat(place(rows, row)).containsExactly(tiles[at + 2], tiles[at + 3] + row - first);
      }
      int seen = tiles[at + 3] + count;
      assertThat(seen).isLessThanOrEqualTo(longest);
      longest = seen;
    }
    assertThat(covered.cardinality()).isEqualTo(rows.rows() - rows.decodeRows());
  }

  /** First cell of the sequence that a row is of, and the row's position in it. */
  private static int[] place(StepRows rows, int row) {
    int first = 0;
    for (SequenceStep step : rows.steps()) {
      if (row < first + step.count()) {
        return new int[] {step.kv().start(), step.position() + row - first};
      }
      first += step.count();
    }
    throw new AssertionError("row " + row + " is of no sequence");
  }

  private static int[] sent(StepRows rows) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] host = new MemorySegment[1];
      StepInput input =
          new StepInput(
              twins.memory(), new HostQueue(), bytes -> host[0] = arena.allocate(bytes, 64));
      PromptTiles tiles = new PromptTiles(input, ROWS, SEQUENCES);
      input.open();
      tiles.send(rows);
      assertThat(tiles.address()).isEqualTo(input.tensor().address());
      return Arrays.copyOf(host[0].toArray(JAVA_INT), tiles.count() * PromptTiles.NUMBERS);
    }
  }
}
