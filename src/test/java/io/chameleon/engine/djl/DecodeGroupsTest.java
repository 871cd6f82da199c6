package io.chameleon.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.djl.DecodeGroups.Group;
import io.chameleon.memory.CellRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecodeGroupsTest {

  @Test
  void rows_atEqualDistancesAndAsLong_shareACallWithoutAMask() {
    List<Group> groups =
        DecodeGroups.of(List.of(row(0, 256, 9), row(256, 256, 9), row(512, 256, 9)));

    assertThat(groups).containsExactly(new Group(0, 3, 0, 256, 10, true));
  }

  @Test
  void rows_atEqualDistancesOfOtherLengths_shareACallUnderAMask() {
    List<Group> groups = DecodeGroups.of(List.of(row(0, 256, 40), row(256, 256, 90)));

    assertThat(groups).containsExactly(new Group(0, 2, 0, 256, 91, false));
  }

  @Test
  void row_atAnotherDistance_isAlone() {
    List<Group> groups =
        DecodeGroups.of(List.of(row(0, 256, 9), row(256, 256, 9), row(768, 256, 9)));

    assertThat(groups)
        .containsExactly(new Group(0, 2, 0, 256, 10, true), new Group(2, 1, 768, 0, 10, true));
  }

  @Test
  void rows_oneLongerThanAnothersRun_doNotShare() {
    List<Group> groups = DecodeGroups.of(List.of(row(0, 20, 9), row(20, 60, 50)));

    assertThat(groups)
        .containsExactly(new Group(0, 1, 0, 0, 10, true), new Group(1, 1, 20, 0, 51, true));
  }

  @Test
  void rows_oneFarLonger_doNotShareSinceReadingWouldCostMore() {
    List<Group> groups = DecodeGroups.of(List.of(row(0, 1024, 3), row(1024, 1024, 900)));

    assertThat(groups).hasSize(2);
  }

  @Test
  void numbers_areThoseOfTheGroupsInOrder() {
    assertThat(DecodeGroups.numbers(List.of(new Group(1, 2, 3, 4, 5, true))))
        .containsExactly(1, 2, 3, 4, 5, 1);
  }

  /** Whatever the runs: each row is in one group, and no group reads behind the end of a run. */
  @Test
  void randomRuns_eachRow_isReadOnceWithinItsRun() {
    long seed = 20261125;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 2_000; round++) {
      List<SequenceStep> rows = randomRows(random);
      int next = 0;
      for (Group group : DecodeGroups.of(rows)) {
        assertThat(group.firstRow()).isEqualTo(next);
        for (int i = 0; i < group.rows(); i++) {
          SequenceStep row = rows.get(next++);
          assertThat(group.firstCell() + i * group.stride()).isEqualTo(row.kv().start());
          assertThat(group.length()).isBetween(row.position() + 1, row.kv().cells());
        }
      }
      assertThat(next).isEqualTo(rows.size());
    }
  }

  private static List<SequenceStep> randomRows(Random random) {
    List<SequenceStep> rows = new ArrayList<>();
    int cell = 0;
    for (int i = 0; i < 1 + random.nextInt(16); i++) {
      cell += random.nextInt(4) == 0 ? 1 + random.nextInt(100) : 0;
      int cells = 64 * (1 + random.nextInt(3));
      rows.add(row(cell, cells, random.nextInt(cells)));
      cell += cells;
    }
    return rows;
  }

  private static SequenceStep row(int cell, int cells, int position) {
    return new SequenceStep(
        new int[position + 1], position, 1, position, new CellRun(cell, cells), null, null);
  }
}
