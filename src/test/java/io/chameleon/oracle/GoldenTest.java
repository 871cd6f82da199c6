package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine gives what transformers and PEFT give, alone and in any company. */
class GoldenTest {

  private static final int[] CHUNKS = {1, 7, 64, Integer.MAX_VALUE};

  @Test
  void demo_alone_givesTheGoldenTokens() {
    try (EngineBench bench = EngineBench.demo(UnaryOperator.identity())) {
      check("demo, alone", Oracle.alone(bench, GoldenCase.demo()), 58, 2e-3);
    }
  }

  @Test
  void demo_inRandomBatchesAndChunks_givesTheGoldenTokens() {
    try (EngineBench bench = EngineBench.demo(UnaryOperator.identity())) {
      inCompany("demo", bench, GoldenCase.demo(), 58, 2e-3);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void tiny_alone_givesTheGoldenTokens(String architecture) {
    List<GoldenCase> cases = GoldenCase.tiny(architecture);
    try (EngineBench bench = EngineBench.tiny(architecture, UnaryOperator.identity())) {
      check(architecture + ", alone", Oracle.alone(bench, cases), cases.size(), 2e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void tiny_inRandomBatchesAndChunks_givesTheGoldenTokens(String architecture) {
    List<GoldenCase> cases = GoldenCase.tiny(architecture);
    try (EngineBench bench = EngineBench.tiny(architecture, UnaryOperator.identity())) {
      inCompany(architecture, bench, cases, cases.size(), 2e-4);
    }
  }

  @Test
  void tiny_allArchitectures_haveEightyCases() {
    assertThat(architectures().mapToInt(a -> GoldenCase.tiny(a).size()).sum()).isEqualTo(80);
  }

  static Stream<String> architectures() {
    return TinyModels.ARCHITECTURES.stream();
  }

  private static void inCompany(
      String name, EngineBench bench, List<GoldenCase> cases, int count, double tolerance) {
    for (int chunk : CHUNKS) {
      long seed = 20261124L + chunk;
      Oracle.Outcome outcome = Oracle.inCompany(bench, cases, chunk, new Random(seed));
      check("%s, chunks of %d, seed %d".formatted(name, chunk, seed), outcome, count, tolerance);
    }
  }

  private static void check(String name, Oracle.Outcome outcome, int cases, double tolerance) {
    System.out.println(name + ": " + outcome);
    assertThat(outcome.cases()).isEqualTo(cases);
    assertThat(outcome.wrong()).isEmpty();
    assertThat(outcome.logitError()).isLessThan(tolerance);
    assertThat(outcome.logprobError()).isLessThan(tolerance);
  }
}
