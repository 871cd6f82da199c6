package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.Batch;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.cuda.Gpu;
import io.chameleon.engine.cuda.GpuEngine;
import io.chameleon.model.ElementType;
import io.chameleon.oracle.SeededRun.Ask;
import io.chameleon.request.SamplingParams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
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

  @Test
  void tokens_ofStepsThatWerePreparedAhead_areThoseOfStepsThatWereNot() {
    long seed = 20261130;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<Ask> asks = new ArrayList<>(asks(random));
    asks.addAll(plain(random));
    Map<Ask, int[]> each;
    Map<Ask, int[]> ahead;
    try (EngineBench bench = EngineBench.demo(Gpu.of(ElementType.F32), UnaryOperator.identity())) {
      each = run(bench, asks);
      ahead = run(bench, asks, running -> new Guess(running, random));
    }
    long differ =
        asks.stream().filter(ask -> !Arrays.equals(each.get(ask), ahead.get(ask))).count();
    System.out.printf("prepared ahead: %d of %d sequences differ%n", differ, asks.size());
    assertThat(differ).isLessThanOrEqualTo(asks.size() / 16);
  }

  @Test
  void parts_ofSteps_haveSamplingAmongThemAndChangeNoToken() {
    long seed = 20261130;
    System.out.println("seed " + seed);
    List<Ask> asks = asks(new Random(seed)).subList(0, 4);
    try (EngineBench bench = EngineBench.demo(Gpu.of(ElementType.F32), UnaryOperator.identity())) {
      for (Ask ask : asks) {
        int[] undisturbed = Objects.requireNonNull(run(bench, List.of(ask)).get(ask));
        SeededRun running = new SeededRun(ask, bench, Integer.MAX_VALUE);
        while (!running.hasEnded()) {
          SequenceStep step = running.nextChosenByTheEngine();
          Batch batch = new Batch(List.of(step));
          Map<String, Double> parts = ((GpuEngine) bench.engine).parts(batch);
          assertThat(parts).containsKeys("embedding", "norms", "attention", "product head");
          assertThat(parts.get("sampling")).isPositive();
          running.advance(step, bench.engine.step(batch).tokens().getFirst());
        }
        assertThat(running.generated()).isEqualTo(undisturbed);
      }
      bench.checkIdle();
    }
  }

  /** Often right, and sometimes wrong in either way. */
  private record Guess(List<SeededRun> running, Random random) implements NextStep {

    @Override
    public boolean isLast(int place) {
      return running.get(place).isLast() && random.nextInt(8) > 0;
    }

    @Override
    public boolean isDecode() {
      return random.nextInt(8) > 0;
    }
  }

  private static Map<Ask, int[]> run(EngineBench bench, List<Ask> asks) {
    return run(bench, asks, running -> NextStep.UNKNOWN);
  }

  private static Map<Ask, int[]> run(
      EngineBench bench, List<Ask> asks, Function<List<SeededRun>, NextStep> next) {
    List<SeededRun> running = new ArrayList<>();
    asks.forEach(ask -> running.add(new SeededRun(ask, bench, Integer.MAX_VALUE)));
    Map<Ask, int[]> done = new HashMap<>();
    while (!running.isEmpty()) {
      List<SeededRun> now = List.copyOf(running.subList(0, Math.min(24, running.size())));
      List<SequenceStep> steps = now.stream().map(SeededRun::nextChosenByTheEngine).toList();
      StepResult result = bench.engine.step(new Batch(steps), next.apply(now));
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

  /** Greedy and random ones whose next token needs nothing of those before. */
  private static List<Ask> plain(Random random) {
    List<Ask> asks = new ArrayList<>();
    List<GoldenCase> cases = GoldenCase.demo();
    for (int i = 0; i < 48; i++) {
      GoldenCase golden = cases.get(i % cases.size());
      SamplingParams sampling =
          new SamplingParams(
              i % 3 == 0 ? 0 : 0.8, 0.95, 0, 0, 0, 0, 1, Map.of(), i, 0, true, Set.of(), -1);
      asks.add(new Ask(golden.adapter(), golden.promptIds(), 1 + random.nextInt(32), sampling));
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
