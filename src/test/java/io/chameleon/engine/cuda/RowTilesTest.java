package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.model.ModelConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products in tiles of one size stay within the buffers of a step. */
class RowTilesTest {

  @ParameterizedTest(name = "steps of {0} rows")
  @ValueSource(ints = {1, 63, 64, 65, 200, 256, 257})
  void lastTile_ofTheLargestStep_hasRoomInEachBuffer(int rows) {
    ModelConfig config = ModelShape.HOST.config();
    try (HostTwins twins = HostTwins.open()) {
      Activations on =
          new Activations(config, twins.memory(), TorchMemory.Kind.BFLOAT16, rows, rows);
      for (StepRows.Kind kind :
          new StepRows.Kind[] {StepRows.Kind.PROMPT, StepRows.Kind.GENERATED}) {
        check(kind, on.normed, on.qkv, rows);
        check(kind, on.attended, on.residual, rows);
        check(kind, on.normed, on.gateUp, rows);
        check(kind, on.gated, on.residual, rows);
        check(kind, on.finals, on.logits, rows);
      }
    }
  }

  @Test
  void rowsOfAMixedStep_areOneProduct() {
    try (HostTwins twins = HostTwins.open()) {
      Activations on =
          new Activations(
              ModelShape.HOST.config(), twins.memory(), TorchMemory.Kind.BFLOAT16, 8, 8);
      assertThat(RowTiles.rows(StepRows.Kind.MIXED, on.normed, on.qkv)).isZero();
      assertThat(RowTiles.rows(StepRows.Kind.PROMPT, on.normed, on.qkv)).isEqualTo(256);
      assertThat(RowTiles.rows(StepRows.Kind.PROMPT, on.finals, on.logits)).isEqualTo(64);
    }
  }

  private static void check(StepRows.Kind kind, DeviceTensor from, DeviceTensor to, int rows) {
    int end = RowTiles.room(rows, RowTiles.rows(kind, from, to));
    assertThat(from.tensor().size() / from.columns()).isGreaterThanOrEqualTo(end);
    assertThat(to.tensor().size() / to.columns()).isGreaterThanOrEqualTo(end);
  }
}
