package io.chameleon.scheduling.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.admission.RequestSize;
import io.chameleon.fixtures.TestLength;
import io.chameleon.request.ServiceTerms;
import io.chameleon.scheduling.SchedulerWorld;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceEnding;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The bound on waiting that {@link AdaptivePolicy} promises, under random arrivals, cancels, loads,
 * wrong predictions and tight memory.
 */
class WaitingBoundPropertyTest {

  private static final int RUNS =
      Integer.getInteger("chameleon.policy.runs", TestLength.of(25, 100));

  /** Enough for measured times and service times to be acted upon. */
  private static final int PASSES = 800;

  private static final long SEED = 20_261_130;

  private static final String[] ADAPTERS = {"a", "b", "c", "d", "bad", "broken"};

  private final Set<String> loading = new HashSet<>();

  /** How often one was passed by one that came within the bound, and by one that came later. */
  private long passes;

  private long passesOfLoading;

  private long starts;

  private long preemptions;

  @Test
  void request_thatWaits_isPassedByNobodyWhoCameTheBoundLater() {
    for (int run = 0; run < RUNS; run++) {
      long seed = SEED + run;
      try {
        run(new SplittableRandom(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }

    System.out.printf(
        "%,d runs from seed %d: %,d starts, %,d passes within the bound, %,d beyond it of requests"
            + " whose adapters were being loaded, %,d preemptions%n",
        RUNS, SEED, starts, passes, passesOfLoading, preemptions);
    assertThat(passes).isGreaterThan(RUNS);
    assertThat(passesOfLoading).isPositive();
    assertThat(preemptions).isPositive();
  }

  private void run(SplittableRandom random) {
    loading.clear();
    int cells = 60 + random.nextInt(100);
    AdaptivePolicyProperties properties = properties(random);
    var world = new AdaptiveWorld(cells, properties);
    for (int pass = 0; pass < PASSES; pass++) {
      happen(world, random, cells);
      world.step();
      requireBound(world, properties.passingBound());
    }
    for (String adapter : ADAPTERS) {
      setLoading(world, adapter, false);
    }
    for (int steps = 0; !world.scheduler.isEmpty(); steps++) {
      assertThat(world.step() || !world.scheduler.isStalled() || world.scheduler.isEmpty())
          .isTrue();
      requireBound(world, properties.passingBound());
      assertThat(steps).isLessThan(10_000);
    }
    world.outputs.forEach(WaitingBoundPropertyTest::requireEnded);
    assertThat(world.engine.violations()).isEmpty();
    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.leases.openLeases()).isZero();
    preemptions += world.scheduler.snapshot().preemptions();
  }

  private void requireBound(AdaptiveWorld world, Duration bound) {
    starts += world.startedLast.size();
    for (Sequence started : world.startedLast) {
      world.policy.waiting().stream()
          .filter(waiting -> !waiting.hasStarted())
          .filter(waiting -> waiting.arrivalNanos() < started.arrivalNanos())
          .forEach(waiting -> requireBound(waiting, started, bound));
    }
  }

  private void requireBound(Sequence waiting, Sequence started, Duration bound) {
    long later = started.arrivalNanos() - waiting.arrivalNanos();
    if (later < bound.toNanos()) {
      passes++;
    } else {
      assertThat(isLoading(waiting))
          .as("%d ns before one that started, with a bound of %s", later, bound)
          .isTrue();
      passesOfLoading++;
    }
  }

  private boolean isLoading(Sequence waiting) {
    String adapter = waiting.request().adapter();
    return adapter != null && loading.contains(adapter);
  }

  private static AdaptivePolicyProperties properties(SplittableRandom random) {
    Duration postponement = Duration.ofMillis(random.nextInt(300));
    Duration headStart = Duration.ofMillis(random.nextInt(200));
    Duration patience = postponement.plus(headStart).dividedBy(1 + random.nextInt(4));
    return new AdaptivePolicyProperties(
        Duration.ofMillis(1 + random.nextInt(200)),
        0.5,
        0.5,
        postponement,
        headStart,
        Duration.ofMillis(random.nextInt(100)),
        patience,
        random.nextInt(32),
        random.nextInt(9) / 10.0,
        random.nextInt(20),
        Duration.ofMillis(random.nextInt(100)),
        0.99);
  }

  private void happen(AdaptiveWorld world, SplittableRandom random, int cells) {
    for (int i = random.nextInt(8) - 4; i > 0; i--) {
      enqueue(world, random, cells);
    }
    if (random.nextInt(10) == 0) {
      String adapter = ADAPTERS[random.nextInt(ADAPTERS.length)];
      setLoading(world, adapter, random.nextBoolean());
    }
    if (random.nextInt(15) == 0) {
      world.policy.waiting().stream()
          .skip(random.nextInt(1 + world.policy.waiting().size()))
          .findFirst()
          .ifPresent(world::cancel);
    }
    if (random.nextInt(50) == 0) {
      world.scheduler.endThoseWith("a", new IllegalStateException("its file is gone"));
    }
  }

  private void setLoading(AdaptiveWorld world, String adapter, boolean isLoading) {
    world.leases.setLoading(adapter, isLoading);
    if (isLoading) {
      loading.add(adapter);
    } else {
      loading.remove(adapter);
    }
  }

  private static void enqueue(AdaptiveWorld world, SplittableRandom random, int cells) {
    int which = random.nextInt(2 * ADAPTERS.length);
    @Nullable String adapter = which < ADAPTERS.length ? ADAPTERS[which] : null;
    int prompt = 1 + random.nextInt(random.nextInt(4) == 0 ? cells / 2 : 10);
    int output = 1 + random.nextInt(random.nextInt(4) == 0 ? cells - prompt : 10);
    int predicted = random.nextBoolean() ? output : 1 + random.nextInt(output);
    int rank = adapter == null ? 0 : 4 << (which % 3);
    if (which % 3 == 0) {
      var terms = new ServiceTerms(null, 0, "client " + random.nextInt(3));
      world.enqueue(adapter, new RequestSize(prompt, predicted, rank, rank), output, terms);
    } else if (adapter == null && random.nextBoolean()) {
      world.enqueue(random.nextInt(7) - 3, prompt, output);
    } else {
      world.enqueue(adapter, new RequestSize(prompt, predicted, rank, rank), output);
    }
  }

  private static void requireEnded(Sequence sequence, SchedulerWorld.Output output) {
    assertThat(output.endings).hasSize(1);
    if (output.endings.getFirst() instanceof SequenceEnding.Complete) {
      assertThat(output.tokens).hasSize(sequence.request().maxTokens());
    }
  }
}
