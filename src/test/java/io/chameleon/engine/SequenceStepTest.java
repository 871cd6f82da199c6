package io.chameleon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.memory.CellRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequenceStepTest {

  private static final CellRun RUN = new CellRun(10, 6);
  private static final int[] TOKENS = {1, 2, 3, 4};
  private static final TokenSampler SAMPLER =
      (logits, offset, size) -> new SampledToken(offset, 0, List.of());

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

  @Test
  void promptTokens_amongThoseFed_areCountedFromThePosition() {
    for (int[] positionCountPrompt :
        new int[][] {{0, 2, 6, 2}, {2, 3, 4, 2}, {4, 1, 4, 0}, {5, 1, 4, 0}, {3, 1, 4, 1}}) {
      int position = positionCountPrompt[0];
      SequenceStep step =
          new SequenceStep(
              TOKENS, 0, positionCountPrompt[1], position, RUN, null, null, positionCountPrompt[2]);
      assertThat(step.promptCount()).isEqualTo(positionCountPrompt[3]);
    }
    assertThat(step(0, 1, 3).promptCount()).as("a single token, of nothing said").isZero();
    assertThat(step(0, 2, 3).promptCount()).as("a chunk, of nothing said").isEqualTo(2);
  }

  @Test
  void headAndTail_areTheStepInTwo() {
    SequenceStep step = new SequenceStep(TOKENS, 1, 3, 2, RUN, null, SAMPLER, 4);

    assertThat(step.head(2)).isEqualTo(new SequenceStep(TOKENS, 1, 2, 2, RUN, null, null, 4));
    assertThat(step.tail(2)).isEqualTo(new SequenceStep(TOKENS, 3, 1, 4, RUN, null, SAMPLER, 4));
  }

  private static SequenceStep step(int from, int count, int position) {
    return new SequenceStep(TOKENS, from, count, position, RUN, null, null);
  }
}
