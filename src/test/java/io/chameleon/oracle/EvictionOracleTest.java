package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.catalogue.AdapterRegistry;
import io.chameleon.adapter.pool.RunningSize;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.DeviceModel;
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

  private static final Path DEMO_BASE = EngineBench.DEMO.resolve("base");

  private static final Path DEMO_ADAPTERS = EngineBench.DEMO.resolve("adapters");

  static List<String> architectures() {
    return TinyModels.ARCHITECTURES;
  }

  @Test
  void demo_inAnArenaForTheLargestAdapter_givesTheGoldenTokens() {
    checkInTightArena("demo", DEMO_BASE, DEMO_ADAPTERS, GoldenCase.demo(), 2e-3);
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void tiny_inAnArenaForTheLargestAdapter_givesTheGoldenTokens(String architecture) {
    Path folder = GoldenCase.FIXTURES.resolve(architecture);
    List<GoldenCase> cases =
        Collections.nCopies(4, GoldenCase.tiny(architecture)).stream()
            .flatMap(List::stream)
            .toList();
    checkInTightArena(architecture, folder.resolve("base"), folder, cases, 2e-4);
  }

  @Test
  void demo_evictedAndLoadedAgainBetweenAnyTwoRequests_givesTheGoldenTokens() {
    checkWithEvictions("demo", DEMO_BASE, DEMO_ADAPTERS, GoldenCase.demo(), 2e-3);
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void tiny_evictedAndLoadedAgainBetweenAnyTwoRequests_givesTheGoldenTokens(String architecture) {
    Path folder = GoldenCase.FIXTURES.resolve(architecture);
    List<GoldenCase> cases = GoldenCase.tiny(architecture);
    checkWithEvictions(architecture, folder.resolve("base"), folder, cases, 2e-4);
  }

  private static void checkInTightArena(
      String name, Path base, Path adapters, List<GoldenCase> cases, double tolerance) {
    int largest = largestRunning(base, adapters);
    int arena = largest + longest(cases);
    try (EngineBench bench =
        new EngineBench(base, List.of(adapters), arena, UnaryOperator.identity())) {
      Oracle.Outcome outcome = Oracle.inCompany(bench, cases, 64, new Random(SEED));
      System.out.printf(
          "%s, arena of %d cells, largest adapter %d while it runs, seed %d: %d loads; %s%n",
          name, arena, largest, SEED, bench.loads(), outcome);
      check(outcome, cases.size(), tolerance);
      long names =
          cases.stream().map(GoldenCase::adapter).filter(Objects::nonNull).distinct().count();
      assertThat(bench.loads()).as("loads").isGreaterThan((int) names);
    }
  }

  /** Every other load comes from the disk, the others from host memory. */
  private static void checkWithEvictions(
      String name, Path base, Path adapters, List<GoldenCase> cases, double tolerance) {
    int arena = 2 * largestRunning(base, adapters) + longest(cases);
    try (EngineBench bench =
        new EngineBench(base, List.of(adapters), arena, UnaryOperator.identity())) {
      int adapted = 0;
      for (int i = 0; i < cases.size(); i++) {
        check(Oracle.alone(bench, List.of(cases.get(i))), 1, tolerance);
        adapted += cases.get(i).adapter() == null ? 0 : 1;
        assertThat(bench.loads()).as("each request loads its adapter").isEqualTo(adapted);
        bench.evictAll();
        if (i % 2 == 0) {
          bench.emptyHostMemory();
        }
      }
      System.out.printf("%s: %d cases, %d loads%n", name, cases.size(), bench.loads());
    }
  }

  private static void check(Oracle.Outcome outcome, int cases, double tolerance) {
    assertThat(outcome.cases()).isEqualTo(cases);
    assertThat(outcome.wrong()).isEmpty();
    assertThat(outcome.logitError()).isLessThan(tolerance);
    assertThat(outcome.logprobError()).isLessThan(tolerance);
  }

  private static int longest(List<GoldenCase> cases) {
    return cases.stream()
        .mapToInt(c -> c.promptIds().length + c.greedyIds().length)
        .max()
        .orElseThrow();
  }

  /** Cells that the adapter with the most window rows takes of them. */
  private static int largestRunning(Path base, Path adapters) {
    try (Checkpoint checkpoint = Checkpoint.open(base);
        AdapterRegistry registry =
            AdapterRegistry.open(
                List.of(adapters), DeviceModel.float32(checkpoint.config()), "base")) {
      RunningSize running =
          RunningSize.inWindows(
              checkpoint.config(), DeviceModel.float32(checkpoint.config()).cellElements());
      return registry.catalogue().versions().stream()
          .mapToInt(version -> running.cells(version.shape()))
          .max()
          .orElseThrow();
    }
  }
}
