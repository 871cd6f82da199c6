package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * With so little memory that adapters leave and come back all the time, the tokens are the same.
 */
class EvictionOracleTest {

  private static final long SEED = 20261124;

  static List<String> architectures() {
    return TinyModels.ARCHITECTURES;
  }

  @Test
  void demo_inAnArenaForTheLargestAdapter_givesTheGoldenTokens() {
    Path base = EngineBench.DEMO.resolve("base");
    Path adapters = EngineBench.DEMO.resolve("adapters");
    check("demo", base, adapters, GoldenCase.demo(), 2e-3);
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void tiny_inAnArenaForTheLargestAdapter_givesTheGoldenTokens(String architecture) {
    Path folder = GoldenCase.FIXTURES.resolve(architecture);
    List<GoldenCase> cases =
        Collections.nCopies(4, GoldenCase.tiny(architecture)).stream()
            .flatMap(List::stream)
            .toList();
    check(architecture, folder.resolve("base"), folder, cases, 2e-4);
  }

  private static void check(
      String name, Path base, Path adapters, List<GoldenCase> cases, double tolerance) {
    int largest = largestFootprint(base, adapters);
    int longest =
        cases.stream()
            .mapToInt(c -> c.promptIds().length + c.greedyIds().length)
            .max()
            .orElseThrow();
    int arena = largest + longest;
    try (EngineBench bench =
        new EngineBench(base, List.of(adapters), arena, UnaryOperator.identity())) {
      Oracle.Outcome outcome = Oracle.inCompany(bench, cases, 64, new Random(SEED));
      System.out.printf(
          "%s, arena of %d cells, largest adapter %d, seed %d: %d loads; %s%n",
          name, arena, largest, SEED, bench.loads(), outcome);
      assertThat(outcome.cases()).isEqualTo(cases.size());
      assertThat(outcome.wrong()).isEmpty();
      assertThat(outcome.logitError()).isLessThan(tolerance);
      long names =
          cases.stream().map(GoldenCase::adapter).filter(Objects::nonNull).distinct().count();
      assertThat(bench.loads()).as("loads").isGreaterThan((int) names);
    }
  }

  private static int largestFootprint(Path base, Path adapters) {
    try (EngineBench bench =
        new EngineBench(base, List.of(adapters), 100, UnaryOperator.identity())) {
      return bench.pool.largestFootprint();
    }
  }
}
