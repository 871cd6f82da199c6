package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.engine.cuda.FaultyOperators.Fault;
import io.chameleon.model.ElementType;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The checks of {@link CudaKernelsTest} where there is no GPU: twins beside themselves are right,
 * and a single wrong number of any part is found.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(
    value = ElementType.class,
    names = {"BF16", "F32"})
class TwinOperatorsTest extends OperatorChecks {

  private static @Nullable OperatorStand open;

  @Parameter ElementType numbers = ElementType.F32;

  @BeforeParameterizedClassInvocation
  static void open(ElementType numbers) {
    System.out.println("seed " + OperatorStand.SEED);
    open = OperatorStand.onHost(ModelShape.HOST, numbers);
  }

  @AfterParameterizedClassInvocation
  static void close() {
    Objects.requireNonNull(open).close();
  }

  @Override
  OperatorStand stand() {
    return Objects.requireNonNull(open);
  }

  static Stream<Fault> faults() {
    return Stream.of(Fault.values());
  }

  @ParameterizedTest
  @MethodSource("faults")
  void checks_ofOperatorsWithAFault_failForEachPart(Fault fault) {
    String words =
        switch (fault) {
          case WRONG -> "error";
          case UNWRITTEN -> "was not written";
          case NAN -> "is NaN";
          case BEYOND -> "was written";
        };
    OperatorStand right = stand();
    open = right.with(new FaultyOperators(right.model, right.operators, fault));
    try {
      parts()
          .forEach((part, check) ->
              assertThatThrownBy(() -> check.accept(this))
                  .as("%s, %s", fault, part)
                  .isInstanceOf(AssertionError.class)
                  .hasMessageContaining(words));
    } finally {
      open = right;
    }
  }

  /** A check of each part. */
  private static Map<String, Consumer<OperatorChecks>> parts() {
    StepMix one = StepMix.rows(3, "rank 3");
    return Map.of(
        "loraAndRope",
        checks -> checks.loraAndRope_ofMixedRanks_isAsItsTwinInQueriesAndArena(one),
        "embed",
        checks -> checks.embed_ofRandomTokens_isAsItsTwin(3),
        "norm",
        checks -> checks.norm_ofRandomRows_isAsItsTwin(3),
        "finalNorm",
        checks -> checks.finalNorm_ofTheLastRows_isAsItsTwin(one),
        "linear",
        checks -> checks.linear_ofRandomRows_isAsItsTwin(3),
        "addBias",
        checks -> checks.addBias_toRandomRows_isAsItsTwin(3),
        "rope",
        checks -> checks.rope_ofRandomRows_isAsItsTwinInQueriesAndArena(one),
        "attention",
        checks -> checks.attention_overRandomRuns_isAsItsTwin(one),
        "gate",
        checks -> checks.gate_ofRandomRows_isAsItsTwin(3),
        "lora",
        checks -> checks.lora_ofMixedRanks_isAsItsTwinAtEachSite(one));
  }

  @Test
  void inputs_ofTwoChecks_differ() {
    try (PartCheck one = new PartCheck(stand(), "norm", "1 rows");
        PartCheck other = new PartCheck(stand(), "norm", "3 rows")) {
      assertThat(one.random.nextLong()).isNotEqualTo(other.random.nextLong());
    }
  }
}
