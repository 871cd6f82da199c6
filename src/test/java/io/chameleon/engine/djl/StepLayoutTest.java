package io.chameleon.engine.djl;

import static io.chameleon.engine.djl.Steps.attention;
import static io.chameleon.engine.djl.Steps.decode;
import static io.chameleon.engine.djl.Steps.mlp;
import static io.chameleon.engine.djl.Steps.prefill;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepLayoutTest {

  @Test
  void order_decodeRowsByFirstCellThenPrefill() {
    StepLayout layout =
        layout(
            prefill(attention(0, 4), 10, 3, true),
            decode(null, 20, 1),
            decode(attention(8, 4), 30, 1),
            decode(mlp(4, 2, 1), 40, 1),
            decode(attention(0, 4), 50, 1),
            decode(mlp(0, 2, 1), 60, 1));

    assertThat(layout.places).containsExactly(1, 2, 3, 4, 5, 0);
    assertThat(layout.decodeRows).isEqualTo(5);
    assertThat(layout.steps).hasSize(6);
  }

  @Test
  void order_equalOnes_stayAsTheyCame() {
    StepLayout layout =
        layout(
            decode(null, 0, 0), decode(null, 5, 0), decode(null, 9, 0), prefill(null, 20, 2, true));

    assertThat(layout.places).containsExactly(0, 1, 2, 3);
  }

  @Test
  void rows_tellTokenPositionAndCell() {
    StepLayout layout = layout(prefill(null, 10, 3, true), decode(null, 20, 2));

    assertThat(layout.ids).containsExactly(120, 1010, 1011, 1012);
    assertThat(layout.positions).containsExactly(2, 0, 1, 2);
    assertThat(layout.slots).containsExactly(22, 10, 11, 12);
  }

  @Test
  void sequences_tellFirstRowRowsFirstCellAndLength() {
    StepLayout layout = layout(prefill(null, 10, 3, true), decode(null, 20, 2));

    assertThat(layout.sequences).containsExactly(0, 1, 20, 3, 1, 3, 10, 3);
  }

  @Test
  void chunkInTheMiddle_startsAtItsPositionAndWantsNoLogits() {
    int[] tokens = {5, 6, 7, 8, 9};
    SequenceStep chunk = new SequenceStep(tokens, 2, 2, 2, new CellRun(30, 9), null, null);
    StepLayout layout = layout(chunk);

    assertThat(layout.ids).containsExactly(7, 8);
    assertThat(layout.positions).containsExactly(2, 3);
    assertThat(layout.slots).containsExactly(32, 33);
    assertThat(layout.sequences).containsExactly(0, 2, 30, 4);
    assertThat(layout.last).isEmpty();
  }

  @Test
  void last_isTheLastRowOfEachSequenceThatSamples() {
    StepLayout layout =
        layout(
            prefill(null, 10, 3, true),
            prefill(null, 50, 4, false),
            decode(null, 20, 2),
            prefill(null, 70, 2, true));

    assertThat(layout.last).containsExactly(0, 3, 9);
  }

  @Test
  void singleTokenChunk_isADecodeRow() {
    assertThat(layout(prefill(null, 10, 1, false), prefill(null, 20, 2, true)).decodeRows)
        .isEqualTo(1);
  }

  private static StepLayout layout(SequenceStep... steps) {
    return new StepLayout(new Batch(List.of(steps)));
  }
}
