package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.cuda.Gpu;
import io.chameleon.model.ElementType;
import io.chameleon.oracle.SeededRun.Ask;
import io.chameleon.request.SamplingParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The device chooses the tokens that the host would choose from the same logits. */
@Tag("gpu")
class CudaSamplingTest {

  private static final int OUTPUT = 16;

  @BeforeAll
  static void gpu() {
    Gpu.require();
  }

  @Test
  void tokens_chosenOnTheDevice_areThoseOfTheHost() {
    long seed = 20261130;
    System.out.println("seed " + seed);
    List<Ask> asks = asks(new Random(seed));
    Map<Ask, int[]> host;
    Map<Ask, int[]> device;
    try (EngineBench bench =
        EngineBench.demo(
            Gpu.of(ElementType.F32, true, Set.of("sampling")), UnaryOperator.identity())) {
      host = run(bench, asks);
    }
    try (EngineBench bench = EngineBench.demo(Gpu.of(ElementType.F32), UnaryOperator.identity())) {
      device = run(bench, asks);
    }
    long differ =
        asks.stream().filter(ask -> !Arrays.equals(host.get(ask), device.get(ask))).count();
    System.out.printf("%d of %d sequences differ%n", differ, asks.size());
    assertThat(differ).isLessThanOrEqualTo(asks.size() / 16);
  }

  private static Map<Ask, int[]> run(EngineBench bench, List<Ask> asks) {
    List<SeededRun> running = new ArrayList<>();
    asks.forEach(ask -> running.add(new SeededRun(ask, bench, Integer.MAX_VALUE)));
    Map<Ask, int[]> done = new HashMap<>();
    while (!running.isEmpty()) {
      List<SeededRun> now = running.subList(0, Math.min(24, running.size()));
      List<SequenceStep> steps = now.stream().map(SeededRun::nextChosenByTheEngine).toList();
      StepResult result = bench.engine.step(new Batch(steps));
      for (int i = 0; i < steps.size(); i++) {
        now.get(i).advance(steps.get(i), result.tokens().get(i));
      }
      running.stream().filter(SeededRun::hasEnded).forEach(r -> done.put(r.ask, r.generated()));
      running.removeIf(SeededRun::hasEnded);
    }
    bench.checkIdle();
    return done;
  }

  private static List<Ask> asks(Random random) {
    List<Ask> asks = new ArrayList<>();
    List<GoldenCase> cases = GoldenCase.demo();
    for (int i = 0; i < 48; i++) {
      GoldenCase golden = cases.get(i % cases.size());
      asks.add(new Ask(golden.adapter(), golden.promptIds(), OUTPUT, sampling(random)));
    }
    return asks;
  }

  private static SamplingParams sampling(Random random) {
    return new SamplingParams(
        random.nextInt(4) == 0 ? 0 : 0.7 + random.nextDouble(),
        random.nextBoolean() ? 0.9 : 1,
        random.nextBoolean() ? 0 : 40,
        random.nextBoolean() ? 0 : 0.02,
        random.nextBoolean() ? 0 : 0.5,
        random.nextBoolean() ? 0 : 0.3,
        random.nextBoolean() ? 1 : 1.1,
        random.nextBoolean() ? Map.of() : Map.of(17, 3f, 99, -100f),
        random.nextLong(),
        0,
        true,
        Set.of(),
        random.nextBoolean() ? -1 : 0);
  }
}
