package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.admission.RequestSize;
import io.chameleon.fixtures.Requests;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.ServiceTerms;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole schedulers over fakes, in whose queues tenants of unequal rates always wait. */
class FairSharesPropertyTest {

  private static final long SEED = 20261130;

  private static final int RUNS = 5;

  private static final int STEPS = 1_500;

  private static final int PLACES = 4;

  private static final int LONGEST_PROMPT = 60;

  private static final int LONGEST_OUTPUT = 30;

  /** What VTC promises: twice the larger of a longest prompt and all outputs that run at once. */
  private static final long BOUND = 2 * Math.max(LONGEST_PROMPT, 2L * PLACES * LONGEST_OUTPUT);

  private Random random;

  private SchedulerFixture world;

  /** Those that have not ended. */
  private Map<String, List<Sequence>> there;

  private Map<String, Long> served;

  @ParameterizedTest
  @EnumSource(names = {"FIFO", "CHAMELEON"})
  void tenants_thatAlwaysWait_areServedAlikeHoweverManyRequestsTheySend(PolicyKind kind) {
    for (int run = 0; run < RUNS; run++) {
      long fair = widestGap(SEED + run, kind, FairnessProperties.DEFAULT);
      long unfair = widestGap(SEED + run, kind, FairnessProperties.NONE);
      System.out.printf(
          "seed %d, %s: widest gap of %d weighted tokens of %d allowed; by arrival %d%n",
          SEED + run, kind, fair, BOUND, unfair);
      assertThat(fair).isPositive().isLessThanOrEqualTo(BOUND);
      assertThat(unfair).isGreaterThan(BOUND);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FIFO", "CHAMELEON"})
  void priority_behindAFloodOfBetterOnes_startsWithinItsBound(PolicyKind kind) {
    System.out.printf("requests drawn with seed %d%n", SEED);
    begin(SEED, kind, FairnessProperties.DEFAULT);
    int bound = 3 * FairnessProperties.DEFAULT.priorityTurn();
    int starts = 0;
    long widest = 0;
    for (int step = 0; step < STEPS; step++) {
      keepWaiting("urgent", -5, 20);
      keepWaiting("ordinary", 0, 20);
      keepWaiting("batch", 100, 1);
      long before = world.scheduler.snapshot().departures();
      Sequence batch = there.get("batch").getLast();
      world.step();
      starts += (int) (world.scheduler.snapshot().departures() - before);
      if (batch.hasStarted()) {
        widest = Math.max(widest, starts);
        starts = 0;
      }
    }
    System.out.printf("%s: at most %d starts without one of the last priority%n", kind, widest);
    // Those that start in the same step as it are counted to it.
    assertThat(widest).isBetween((long) bound / 3, (long) bound + PLACES);
  }

  /** The widest gap between what the two tenants have been served, at any time. */
  private long widestGap(long seed, PolicyKind kind, FairnessProperties fairness) {
    begin(seed, kind, fairness);
    long widest = 0;
    for (int step = 0; step < STEPS; step++) {
      keepWaiting("greedy", 0, 60);
      keepWaiting("modest", 0, 2);
      world.step();
      widest = Math.max(widest, Math.abs(served("greedy") - served("modest")));
    }
    return widest;
  }

  private void begin(long seed, PolicyKind kind, FairnessProperties fairness) {
    random = new Random(seed);
    PolicySettings defaults = PolicySettings.DEFAULT;
    PolicySettings settings =
        new PolicySettings(
            fairness,
            defaults.fifo(),
            defaults.slora(),
            defaults.sjf(),
            defaults.chameleon(),
            defaults.adaptive());
    world =
        new SchedulerFixture(
            new SchedulingLimits(LONGEST_PROMPT, PLACES, LONGEST_PROMPT, LONGEST_OUTPUT),
            2 * PLACES * (LONGEST_PROMPT + LONGEST_OUTPUT),
            kind.create(settings));
    there = new LinkedHashMap<>();
    served = new LinkedHashMap<>();
  }

  private void keepWaiting(String tenant, int priority, int count) {
    List<Sequence> own = there.computeIfAbsent(tenant, t -> new ArrayList<>());
    long waiting = own.stream().filter(s -> !s.hasStarted()).count();
    for (long i = waiting; i < count; i++) {
      int prompt = 1 + random.nextInt(LONGEST_PROMPT);
      int output = 1 + random.nextInt(LONGEST_OUTPUT);
      InferenceRequest request =
          Requests.request(prompt, output, new ServiceTerms(null, priority, tenant));
      own.add(world.enqueue(request, new RequestSize(prompt, output)));
    }
  }

  /** Weighted tokens that this tenant has been served so far. */
  private long served(String tenant) {
    List<Sequence> own = there.get(tenant);
    long ended = own.stream().filter(Sequence::hasEnded).mapToLong(this::weight).sum();
    own.removeIf(Sequence::hasEnded);
    served.merge(tenant, ended, Long::sum);
    return served.get(tenant)
        + own.stream().filter(Sequence::hasStarted).mapToLong(this::weight).sum();
  }

  private long weight(Sequence sequence) {
    return sequence.request().promptTokens().length + 2L * sequence.generatedTokens();
  }
}
