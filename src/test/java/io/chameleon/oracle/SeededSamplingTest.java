package io.chameleon.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import io.chameleon.oracle.SeededRun.Ask;
import io.chameleon.request.SamplingParams;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The same seed gives the same tokens, alone and in any batch, with any chunks. */
class SeededSamplingTest {

  private static final int OUTPUT = 24;
  private static final int[] CHUNKS = {7, Integer.MAX_VALUE};

  @Test
  void sampledTokens_aloneAndInRandomBatches_areTheSame() {
    long seed = 20261124;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<Ask> asks = asks(random);
    assertThat(asks).hasSizeGreaterThanOrEqualTo(40);
    try (EngineBench bench = EngineBench.demo(UnaryOperator.identity())) {
      Map<Ask, SeededRun> alone = run(bench, asks, Integer.MAX_VALUE, () -> 1);
      checkThatTheyDiffer(alone);
      for (int chunk : CHUNKS) {
        List<Ask> shuffled = new ArrayList<>(asks);
        Collections.shuffle(shuffled, random);
        Map<Ask, SeededRun> together = run(bench, shuffled, chunk, () -> 1 + random.nextInt(16));
        compare(alone, together, chunk, random);
      }
      bench.checkIdle();
    }
  }

  private static void compare(
      Map<Ask, SeededRun> alone, Map<Ask, SeededRun> together, int chunk, Random random) {
    int excused = 0;
    for (Map.Entry<Ask, SeededRun> entry : alone.entrySet()) {
      SeededRun other = together.get(entry.getKey());
      int at = Arrays.mismatch(entry.getValue().generated(), other.generated());
      if (at >= 0) {
        excused++;
        assertThat(SeededRun.isAtTheEdge(entry.getValue(), other, at, random))
            .as("%s differs at token %d, at the edge of two", entry.getKey().sampling(), at)
            .isTrue();
      }
    }
    System.out.printf(
        "chunks of %d: %d sequences, %d differ where a draw lies at the edge of two tokens%n",
        chunk, alone.size(), excused);
    assertThat(excused).isLessThan(alone.size() / 10);
  }

  /** Sampling is at work: seeds of the same prompt give different texts, greedy does not count. */
  private static void checkThatTheyDiffer(Map<Ask, SeededRun> runs) {
    long texts =
        runs.values().stream().map(run -> Arrays.toString(run.generated())).distinct().count();
    assertThat(texts).isGreaterThan(runs.size() * 9L / 10);
  }

  private static Map<Ask, SeededRun> run(
      EngineBench bench, List<Ask> asks, int chunk, IntSupplier batchSize) {
    Deque<Ask> waiting = new ArrayDeque<>(asks);
    List<SeededRun> running = new ArrayList<>();
    Map<Ask, SeededRun> done = new HashMap<>();
    while (!waiting.isEmpty() || !running.isEmpty()) {
      int wanted = batchSize.getAsInt();
      while (running.size() < wanted && !waiting.isEmpty()) {
        running.add(new SeededRun(waiting.remove(), bench, chunk));
      }
      List<SequenceStep> steps = running.stream().map(SeededRun::next).toList();
      StepResult result = bench.engine.step(new Batch(steps));
      for (int i = 0; i < steps.size(); i++) {
        running.get(i).advance(steps.get(i), result.tokens().get(i));
      }
      running.stream().filter(SeededRun::hasEnded).forEach(run -> done.put(run.ask, run));
      running.removeIf(SeededRun::hasEnded);
    }
    return done;
  }

  /** Two seeds for each of the first prompts of the adapters and the base. */
  private static List<Ask> asks(Random random) {
    List<Ask> asks = new ArrayList<>();
    List<GoldenCase> cases = GoldenCase.demo();
    for (int i = 0; i < cases.size() && asks.size() < 48; i += 2) {
      GoldenCase golden = cases.get(i);
      for (int twice = 0; twice < 2; twice++) {
        asks.add(new Ask(golden.adapter(), golden.promptIds(), OUTPUT, sampling(random)));
      }
    }
    return asks;
  }

  private static SamplingParams sampling(Random random) {
    return new SamplingParams(
        random.nextBoolean() ? 1 : 1.3,
        random.nextBoolean() ? 0.9 : 1,
        random.nextBoolean() ? 0 : 40,
        random.nextBoolean() ? 0 : 0.02,
        random.nextBoolean() ? 0 : 0.5,
        0,
        random.nextBoolean() ? 1 : 1.1,
        Map.of(),
        random.nextLong(),
        0,
        true,
        Set.of(),
        -1);
  }
}
