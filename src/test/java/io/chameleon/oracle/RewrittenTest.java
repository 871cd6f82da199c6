package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.model.ElementType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same weights spelled differently give the same tokens: in fp16 where that is exact, in fp32,
 * in one file and in shards, with {@code "all-linear"} for a list of all seven modules, with the
 * configuration of transformers 4.x.
 */
class RewrittenTest {

  private static final String DEMO = "demo";
  private static final long SEED = 20261124;

  @TempDir private Path temporary;

  static Stream<String> models() {
    return Stream.concat(TinyModels.ARCHITECTURES.stream(), Stream.of(DEMO));
  }

  @ParameterizedTest
  @MethodSource("models")
  void half_withTheConfigurationOfVersion4_givesTheGoldenTokens(String model) {
    RewrittenFolder folder = new RewrittenFolder(ElementType.F16);
    Path base = folder.model(base(model), temporary.resolve("base"), 2);
    RewrittenFolder.toVersion4(base);
    int allLinear = copyAdapters(model, folder);

    check(model, base, model + ": " + folder + ", " + allLinear + " adapters all-linear");

    assertThat(allLinear).isEqualTo(2);
    assertThat(folder.rewritten()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("models")
  void single_inShardsOrOneFile_givesTheGoldenTokens(String model) {
    RewrittenFolder folder = new RewrittenFolder(ElementType.F32);
    // The demo lies in three files, the others in one.
    Path base = folder.model(base(model), temporary.resolve("base"), model.equals(DEMO) ? 1 : 3);
    int allLinear = copyAdapters(model, folder);

    check(model, base, model + ": " + folder + ", " + allLinear + " adapters all-linear");

    assertThat(folder.kept()).isZero();
  }

  private void check(String model, Path base, String what) {
    List<GoldenCase> cases = model.equals(DEMO) ? GoldenCase.demo() : GoldenCase.tiny(model);
    double tolerance = model.equals(DEMO) ? 2e-3 : 2e-4;
    Path adapters = temporary.resolve("adapters");
    try (EngineBench bench =
        new EngineBench(base, List.of(adapters), 20_000, UnaryOperator.identity())) {
      Oracle.Outcome outcome = Oracle.inCompany(bench, cases, Integer.MAX_VALUE, new Random(SEED));
      System.out.println(what + "; seed " + SEED + ": " + outcome);
      assertThat(outcome.cases()).isEqualTo(cases.size());
      assertThat(outcome.wrong()).isEmpty();
      assertThat(outcome.logitError()).isLessThan(tolerance);
      assertThat(outcome.logprobError()).isLessThan(tolerance);
    }
  }

  /** Rewrites all adapters; returns how many target all linear modules. */
  private int copyAdapters(String model, RewrittenFolder folder) {
    int allLinear = 0;
    for (Path adapter : adapters(model)) {
      Path target = temporary.resolve("adapters").resolve(adapter.getFileName().toString());
      allLinear += folder.adapter(adapter, target) ? 1 : 0;
    }
    return allLinear;
  }

  private static Path base(String model) {
    return model.equals(DEMO)
        ? EngineBench.DEMO.resolve("base")
        : GoldenCase.FIXTURES.resolve(model).resolve("base");
  }

  private static List<Path> adapters(String model) {
    Path parent =
        model.equals(DEMO)
            ? EngineBench.DEMO.resolve("adapters")
            : GoldenCase.FIXTURES.resolve(model);
    try (Stream<Path> folders = Files.list(parent)) {
      return new ArrayList<>(
          folders
              .filter(folder -> Files.exists(folder.resolve("adapter_config.json")))
              .filter(folder -> !TinyModels.REFUSED.contains(folder.getFileName().toString()))
              .sorted()
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
