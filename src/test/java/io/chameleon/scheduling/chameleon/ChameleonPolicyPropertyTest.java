package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.admission.RequestSize;
import io.chameleon.fixtures.TestLength;
import io.chameleon.request.ServiceTerms;
import io.chameleon.scheduling.SchedulerWorld;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceEnding;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random arrivals of any terms, cancels, loads and their failures, wrong predictions, tight memory
 * and changes of classes; {@link QuotaBound} holds each move to the quotas.
 */
class ChameleonPolicyPropertyTest {

  private static final int RUNS =
      Integer.getInteger("chameleon.policy.runs", TestLength.of(750, 3_000));

  private static final long SEED = 20_251_018;

  private static final String[] ADAPTERS = {"a", "b", "c", "d", "bad", "broken"};

  private long bypasses;
  private long squashes;
  private long refreshes;
  private long preemptions;
  private int lone;
  private int overruns;
  private int loans;

  @Test
  void policy_underAnything_keepsItsSumsAndEndsEveryRequest() {
    for (int run = 0; run < RUNS; run++) {
      long seed = SEED + run;
      try {
        run(new SplittableRandom(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }

    System.out.printf(
        "%d runs from seed %d: %d bypasses, %d squashes, %d refreshes, %d preemptions%n",
        RUNS, SEED, bypasses, squashes, refreshes, preemptions);
    assertThat(bypasses).isPositive();
    assertThat(squashes).isPositive();
    assertThat(refreshes).isPositive();
    assertThat(preemptions).isGreaterThan(squashes);
    System.out.printf(
        "runs with a lone large request: %d, with output past its prediction: %d, with loans: %d%n",
        lone, overruns, loans);
    assertThat(List.of(lone, overruns, loans)).allMatch(count -> count > RUNS / 100);
  }

  private void run(SplittableRandom random) {
    int cells = 60 + random.nextInt(100);
    var world = new PolicyWorld(cells, properties(random));
    int occupied = random.nextInt(30);
    if (occupied > 0) {
      world.cells.occupyLast(occupied);
    }
    for (int pass = 0; pass < 60; pass++) {
      happen(world, random, cells - occupied);
      world.step();
    }
    for (String adapter : ADAPTERS) {
      world.leases.setLoading(adapter, false);
    }
    world.runToEnd();
    world.outputs.forEach(ChameleonPolicyPropertyTest::requireEnded);
    assertThat(world.engine.violations()).isEmpty();
    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.leases.openLeases()).isZero();
    count(world);
  }

  private static Map<String, Object> properties(SplittableRandom random) {
    return Map.of(
        "refresh",
        Duration.ofMillis(50 + random.nextInt(200)),
        "minimum-samples",
        1 + random.nextInt(10),
        "queues",
        random.nextInt(5) == 0 ? "static" : "dynamic",
        "k-rule",
        random.nextBoolean() ? "paper" : "elbow",
        "max-input-tokens",
        40,
        "max-output-tokens",
        40,
        "max-rank",
        16,
        "bypass",
        random.nextInt(5) > 0,
        "squash",
        random.nextInt(5) > 0,
        "admission-period",
        random.nextInt(4) == 0 ? 10 : 1);
  }

  private static void happen(PolicyWorld world, SplittableRandom random, int cells) {
    for (int i = random.nextInt(8) - 5; i > 0; i--) {
      enqueue(world, random, cells);
    }
    if (random.nextInt(10) == 0) {
      String adapter = ADAPTERS[random.nextInt(ADAPTERS.length)];
      world.leases.setLoading(adapter, random.nextBoolean());
    }
    if (random.nextInt(15) == 0) {
      world.outputs.keySet().stream()
          .skip(random.nextInt(1 + world.outputs.size()))
          .findFirst()
          .ifPresent(world::cancel);
    }
    if (random.nextInt(50) == 0) {
      world.scheduler.endThoseWith("a", new IllegalStateException("its file is gone"));
    }
  }

  private static void enqueue(PolicyWorld world, SplittableRandom random, int cells) {
    int which = random.nextInt(2 * ADAPTERS.length);
    String adapter = which < ADAPTERS.length ? ADAPTERS[which] : null;
    int prompt = 1 + random.nextInt(random.nextInt(4) == 0 ? cells / 2 : 10);
    int output = 1 + random.nextInt(random.nextInt(4) == 0 ? cells - prompt : 10);
    int predicted = random.nextBoolean() ? output : 1 + random.nextInt(output);
    int rank = adapter == null ? 0 : 4 << (which % 3);
    world.enqueue(adapter, new RequestSize(prompt, predicted, rank, rank), output, terms(random));
  }

  private static ServiceTerms terms(SplittableRandom random) {
    return random.nextInt(3) > 0
        ? ServiceTerms.DEFAULT
        : new ServiceTerms(null, random.nextInt(3) - 1, "tenant-" + random.nextInt(3));
  }

  private static void requireEnded(Sequence sequence, SchedulerWorld.Output output) {
    assertThat(output.endings).hasSize(1);
    if (output.endings.getFirst() instanceof SequenceEnding.Complete) {
      assertThat(output.tokens).hasSize(sequence.request().maxTokens());
    }
  }

  private void count(PolicyWorld world) {
    ChameleonCounts counts = world.policy.counts();
    bypasses += counts.bypasses();
    squashes += counts.squashes();
    refreshes += counts.refreshes();
    preemptions += world.scheduler.snapshot().preemptions();
    lone += world.bound.excess() > 0 ? 1 : 0;
    overruns += world.bound.overrun() > 0 ? 1 : 0;
    loans += world.bound.borrowed() > 0 ? 1 : 0;
  }
}
