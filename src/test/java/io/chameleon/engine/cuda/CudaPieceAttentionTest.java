package io.chameleon.engine.cuda;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel of attention in pieces gives what its twin gives in bf16 too. */
@Tag("gpu")
class CudaPieceAttentionTest {

  @BeforeAll
  static void gpu() {
    Gpu.require();
  }

  static Stream<KernelStand> stands() {
    return KernelStand.pieces();
  }

  @ParameterizedTest
  @MethodSource("stands")
  void attention_inPieces_isAsItsTwin(KernelStand which) {
    System.out.println(which + " in pieces, seed " + OperatorStand.SEED);
    try (OperatorStand stand = which.open()) {
      OperatorChecks checks = OperatorChecks.of(stand);
      StepMix.contexts().forEach(checks::attention_overRandomRuns_isAsItsTwin);
    }
  }
}
