package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.cuda.TwinCompute;
import io.chameleon.model.ElementType;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Steps in which prompts and generated tokens go by themselves, on the host by twins in fp32: in
 * any company, however cut, and computed anew, a sequence differs by what its sums do alone.
 */
class CompanyTest {

  private static final long SEED = 20261130;
  private static final String ARCHITECTURE = "mistral-gqa";
  private static final double NOISE = 2e-4;

  @Test
  void logits_inRandomCompanyInChunksAndComputedAnew_areThoseOfTheSequenceAlone() {
    System.out.println("seed " + SEED);
    Random random = new Random(SEED);
    TwinCompute inPasses = new TwinCompute(ElementType.F32, true);
    List<String> adapters =
        GoldenCase.tiny(ARCHITECTURE).stream()
            .map(GoldenCase::adapter)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    try (EngineBench bench = EngineBench.tiny(inPasses, ARCHITECTURE, UnaryOperator.identity())) {
      for (SeededRun.Ask ask :
          Company.asks(bench, adapters.getFirst(), new int[] {1, 37}, random)) {
        SeededRun alone = Company.alone(bench, ask, Integer.MAX_VALUE);
        Company company = new Company(bench, 3, random).of(adapters).ofPromptsUpTo(30);
        SeededRun together = company.restarting().meets(ask, 13);
        assertThat(together.generated()).isEqualTo(alone.generated());
        assertThat(together.largestDifference(alone)).isLessThan(NOISE);
        SeededRun chosen =
            new Company(bench, 3, random)
                .of(adapters)
                .ofPromptsUpTo(30)
                .byTheEngine()
                .meets(ask, 64);
        assertThat(chosen.generated()).isEqualTo(alone.generated());
        assertThat(chosen.logprobBits()).hasSize(Company.OUTPUT);
      }
      bench.checkIdle();
    }
  }
}
