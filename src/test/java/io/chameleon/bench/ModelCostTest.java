package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The counts, done again by hand for the demo model. */
class ModelCostTest {

  /** Of q and o, k and v, and the MLP, for each of 8 layers. */
  private static final long LINEAR = 8L * (2 * 384 * 384 + 2 * 384 * 128 + 3 * 384 * 1024);

  private static final long HEAD = 4096L * 384;

  private static final long WEIGHT_BYTES = 4 * (LINEAR + HEAD);

  /** Bytes of keys and values of a token. */
  private static final long CELL = 8 * 2 * 128 * 4;

  private final ModelCost cost = new ModelCost(demo(), WEIGHT_BYTES);

  @Test
  void prefill_countsEveryTokenButOneRowOfLogits() {
    double attention = 4.0 * 8 * 384 * (1 + 2 + 3);

    assertThat(cost.prefillFlops(3)).isEqualTo(2.0 * LINEAR * 3 + 2.0 * HEAD + attention);
  }

  @Test
  void decode_onASlowMemory_takesAsLongAsItsReading() {
    CeilingRates rates = new CeilingRates("then", 1e15, 1e9, 1e9);

    assertThat(cost.decodeMillis(2, 100, rates)).isEqualTo((WEIGHT_BYTES + 200 * CELL) / 1e6);
  }

  @Test
  void decode_onASlowCore_takesAsLongAsItsArithmetic() {
    CeilingRates rates = new CeilingRates("then", 1e9, 1e15, 1e15);
    double attention = 4.0 * 8 * 384 * 200;

    assertThat(cost.decodeMillis(2, 100, rates))
        .isEqualTo((2.0 * (LINEAR + HEAD) * 2 + attention) / 1e6);
  }

  private static ModelConfig demo() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("src/main/resources/demo-model/base"))) {
      return checkpoint.config();
    }
  }
}
