package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.cuda.TwinCompute;
import io.chameleon.model.ElementType;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The GPU's step, its kernels by their twins, gives what transformers and PEFT give. */
class TwinGoldenTest {

  @ParameterizedTest
  @MethodSource("architectures")
  void tiny_byTwins_givesTheGoldenTokens(String architecture) {
    List<GoldenCase> cases = GoldenCase.tiny(architecture);
    long seed = 20261130;
    try (EngineBench bench =
        EngineBench.tiny(
            new TwinCompute(ElementType.F32), architecture, UnaryOperator.identity())) {
      check(architecture, cases.size(), Oracle.alone(bench, cases));
      Oracle.Outcome together = Oracle.inCompany(bench, cases, 7, new Random(seed));
      check(architecture + ", in company, seed " + seed, cases.size(), together);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void tiny_byTwinsInPasses_givesTheGoldenTokens(String architecture) {
    List<GoldenCase> cases = GoldenCase.tiny(architecture);
    long seed = 20261130;
    TwinCompute inPasses = new TwinCompute(ElementType.F32, true);
    try (EngineBench bench = EngineBench.tiny(inPasses, architecture, UnaryOperator.identity())) {
      for (int chunk : new int[] {1, 7}) {
        Oracle.Outcome together = Oracle.inCompany(bench, cases, chunk, new Random(seed));
        check(
            "%s in passes, chunks of %d, seed %d".formatted(architecture, chunk, seed),
            cases.size(),
            together);
      }
    }
  }

  static Stream<String> architectures() {
    return TinyModels.ARCHITECTURES.stream();
  }

  private static void check(String name, int cases, Oracle.Outcome outcome) {
    System.out.println("twins, " + name + ": " + outcome);
    assertThat(outcome.cases()).isEqualTo(cases);
    assertThat(outcome.wrong()).isEmpty();
    assertThat(outcome.logitError()).isLessThan(2e-4);
  }
}
