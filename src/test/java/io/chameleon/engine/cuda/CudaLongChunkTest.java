package io.chameleon.engine.cuda;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.model.LinearModule;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Low-rank updates of chunks give what their twins give where blocks go through several tiles of
 * rows, and reuse the places of what they multiply: with grids as for one multiprocessor.
 */
@Tag("gpu")
class CudaLongChunkTest {

  @BeforeAll
  static void gpu() {
    Gpu.require();
  }

  static Stream<KernelStand> stands() {
    return KernelStand.onOneMultiprocessor();
  }

  @ParameterizedTest
  @MethodSource("stands")
  void lora_ofLongChunksOnOneMultiprocessor_isAsItsTwin(KernelStand which) {
    System.out.println(which + " on one multiprocessor, seed " + OperatorStand.SEED);
    try (OperatorStand stand = which.open()) {
      stand.add(StepMix.RANK_130_OF_DOWN, Map.of(LinearModule.DOWN, 130));
      OperatorChecks checks = OperatorChecks.of(stand);
      StepMix.longChunks()
          .forEach(mix -> {
            checks.lora_ofMixedRanks_isAsItsTwinAtEachSite(mix);
            assertThat(isWritten(stand)).as("%s went the way of chunks", mix).isTrue();
            checks.loraAndRope_ofMixedRanks_isAsItsTwinInQueriesAndArena(mix);
            assertThat(stand.operators.joinsLoraAndRope())
                .as("%s: rows rotated with their updates", mix)
                .isEqualTo(RopeStruct.suits(stand.model.config()) && hasAttention(stand, mix));
          });
    }
  }

  private static boolean hasAttention(OperatorStand stand, StepMix mix) {
    return mix.members().stream()
        .map(member -> stand.adapter(member.adapter()))
        .anyMatch(adapter -> adapter != null && adapter.rows(ModuleGroup.ATTENTION) != null);
  }

  /** Whether there is anything in the first row of what lies between the products of chunks. */
  private static boolean isWritten(OperatorStand stand) {
    DeviceTensor low = requireNonNull(requireNonNull(stand.parts).steps().chunkLow);
    try (Arena memory = Arena.ofConfined()) {
      Contents contents = Contents.of(low, stand.queue(), memory);
      return LongStream.range(0, low.columns()).anyMatch(i -> !contents.isPoison(i));
    }
  }
}
