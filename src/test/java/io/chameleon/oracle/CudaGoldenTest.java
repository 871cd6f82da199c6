package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.ComputeDevice;
import io.chameleon.engine.cuda.Gpu;
import io.chameleon.engine.cuda.GpuOptions;
import io.chameleon.model.ElementType;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine on a GPU gives what transformers and PEFT give: in fp32 as on the CPU, in bf16 within
 * what bf16 allows; with each kernel, with its twin, recorded and not.
 */
@Tag("gpu")
class CudaGoldenTest {

  private static final long SEED = 20261130;

  /** TF32 is off, so only the order of sums differs. */
  private static final double FP32_DEMO = 2e-3;

  private static final double FP32_TINY = 2e-4;

  @BeforeAll
  static void gpu() {
    Gpu.require();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void tiny_inFp32_givesTheGoldenTokens(String architecture) {
    List<GoldenCase> cases = GoldenCase.tiny(architecture);
    try (EngineBench bench =
        EngineBench.tiny(Gpu.of(ElementType.F32), architecture, UnaryOperator.identity())) {
      check(architecture, cases.size(), Oracle.alone(bench, cases), FP32_TINY);
      for (int chunk : new int[] {1, 7, Integer.MAX_VALUE}) {
        Oracle.Outcome outcome = Oracle.inCompany(bench, cases, chunk, new Random(SEED + chunk));
        check(architecture + ", chunks of " + chunk, cases.size(), outcome, FP32_TINY);
      }
    }
  }

  @Test
  void demo_inFp32_givesTheGoldenTokens() {
    try (EngineBench bench = EngineBench.demo(Gpu.of(ElementType.F32), UnaryOperator.identity())) {
      check("demo", 58, Oracle.alone(bench, GoldenCase.demo()), FP32_DEMO);
      Oracle.Outcome outcome = Oracle.inCompany(bench, GoldenCase.demo(), 64, new Random(SEED));
      check("demo, chunks of 64", 58, outcome, FP32_DEMO);
    }
  }

  @Test
  void demo_inFp32ByTwins_givesTheGoldenTokens() {
    ComputeDevice twins = Gpu.of(ElementType.F32, false, Set.copyOf(GpuOptions.kernels()));
    try (EngineBench bench = EngineBench.demo(twins, UnaryOperator.identity())) {
      check("demo, by twins", 58, Oracle.alone(bench, GoldenCase.demo()), FP32_DEMO);
    }
  }

  @Test
  void demo_inBf16_isAsNearAsBf16Allows() {
    near("bf16", Gpu.of(ElementType.BF16));
  }

  @Test
  void demo_inBf16ByTwins_isAsNearAsBf16Allows() {
    near("bf16, by twins", Gpu.of(ElementType.BF16, false, Set.copyOf(GpuOptions.kernels())));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void demo_inBf16WithoutAKernel_isAsNearAsBf16Allows(String kernel) {
    near("bf16 without " + kernel, Gpu.of(ElementType.BF16, true, Set.of(kernel)));
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"F32", "BF16"})
  void demo_inACrowdOfOneAdapter_givesTheGoldenTokens(ElementType numbers) {
    double tolerance = numbers == ElementType.BF16 ? Bf16Limits.here().logits() : FP32_DEMO;
    try (EngineBench bench = EngineBench.demo(Gpu.of(numbers), UnaryOperator.identity())) {
      for (String adapter : Crowd.ADAPTERS) {
        assertThat(Crowd.run(bench, adapter).logitError()).isLessThan(tolerance);
      }
    }
  }

  static Stream<String> architectures() {
    return TinyModels.ARCHITECTURES.stream();
  }

  static Stream<String> kernels() {
    return GpuOptions.kernels().stream();
  }

  private static void near(String name, ComputeDevice device) {
    Bf16Limits limits = Bf16Limits.here();
    System.out.println(name + ": " + limits);
    try (EngineBench bench = EngineBench.demo(device, UnaryOperator.identity())) {
      Oracle.Outcome alone = Oracle.alone(bench, GoldenCase.demo());
      Oracle.Outcome together = Oracle.inCompany(bench, GoldenCase.demo(), 64, new Random(SEED));
      System.out.printf("%s: alone %s%n%s: in company %s%n", name, alone, name, together);
      assertThat(alone.wrong()).isEmpty();
      assertThat(together.wrong()).isEmpty();
      assertThat(alone.logitError()).isLessThanOrEqualTo(limits.logits());
      assertThat(together.logitError()).isLessThanOrEqualTo(limits.logits());
    }
  }

  private static void check(String name, int cases, Oracle.Outcome outcome, double tolerance) {
    System.out.println("fp32, " + name + ": " + outcome);
    assertThat(outcome.cases()).isEqualTo(cases);
    assertThat(outcome.wrong()).isEmpty();
    assertThat(outcome.logitError()).isLessThan(tolerance);
    assertThat(outcome.logprobError()).isLessThan(tolerance);
  }
}
