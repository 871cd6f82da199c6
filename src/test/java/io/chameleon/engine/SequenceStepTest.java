package io.chameleon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.chameleon.memory.CellRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceStepTest {

  private static final CellRun RUN = new CellRun(10, 6);
  private static final int[] TOKENS = {1, 2, 3, 4};

  @Test
  void tokens_outsideOfTheArray_areRefused() {
    for (int[] fromAndCount : new int[][] {{0, 0}, {-1, 2}, {3, 2}, {0, 5}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> step(fromAndCount[0], fromAndCount[1], 0))
          .withMessageContaining("of 4");
    }
  }

  @Test
  void cells_outsideOfTheRun_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> step(0, 2, 5))
        .withMessage("2 tokens at position 5 in a run of 6 cells");
    assertThatIllegalArgumentException().isThrownBy(() -> step(0, 2, -1));
    assertThat(step(0, 2, 4).position()).isEqualTo(4);
  }

  @Test
  void batch_countsItsTokensAndIsNeverEmpty() {
    assertThat(new Batch(List.of(step(0, 2, 0), step(1, 3, 0))).tokens()).isEqualTo(5);
    assertThatIllegalArgumentException().isThrownBy(() -> new Batch(List.of()));
  }

  private static SequenceStep step(int from, int count, int position) {
    return new SequenceStep(TOKENS, from, count, position, RUN, null, null);
  }
}
