package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.admission.RequestSize;
import io.chameleon.admission.WaitLimit;
import io.chameleon.engine.StepResult;
import io.chameleon.engine.sampling.SamplingException;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.fixtures.Requests;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceTerms;
import io.chameleon.request.TokenEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One short life of a scheduler in which anything may happen at any time, followed by its end: no
 * more arrivals, all loads come.
 */
final class PolicyRun {

  private static final List<@Nullable String> NAMES =
      Arrays.asList(null, null, "a", "b", "c", "d", "bad", "broken");

  private static final int CELLS = 64;

  private static final int PASSES = 24;

  /** Far more than anything takes: 20 requests of 40 tokens, one after the other. */
  private static final int LAST_PASSES = 2_000;

  private final Random random;

  private final SchedulingPolicy policy;

  private final SchedulerFixture world;

  private final List<Sequence> arrived = new ArrayList<>();

  /** Since the last pass, ended or not. */
  private final List<Sequence> cancelled = new ArrayList<>();

  /** How often what happened. */
  private final Map<String, Integer> events;

  PolicyRun(long seed, SchedulingPolicy policy, Map<String, Integer> events) {
    this.random = new Random(seed);
    this.policy = policy;
    this.events = events;
    int places = 1 + random.nextInt(6);
    this.world =
        new SchedulerFixture(
            new SchedulingLimits(
                places + random.nextInt(16),
                places,
                1 + random.nextInt(16),
                1 + random.nextInt(8),
                random.nextInt(4) == 0),
            CELLS,
            policy);
    if (random.nextInt(3) == 0) {
      world.cells.occupyLast(1 + random.nextInt(24));
    }
  }

  void run() {
    for (int pass = 0; pass < PASSES; pass++) {
      somethingHappens();
      pass(random.nextInt(40));
    }
    NAMES.forEach(name -> setLoading(name, false));
    drain();
    checkEnd();
  }

  private void drain() {
    for (int pass = 0; !world.scheduler.isEmpty(); pass++) {
      boolean ran = pass(Integer.MAX_VALUE);
      assertThat(ran || world.scheduler.isEmpty() || !world.scheduler.isStalled())
          .as("nobody runs, and nothing is on its way: %s", world.scheduler.snapshot())
          .isTrue();
      assertThat(pass).as("passes since the last arrival").isLessThan(LAST_PASSES);
    }
  }

  private void somethingHappens() {
    for (int i = random.nextInt(3); i > 0; i--) {
      enqueue();
    }
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> setLoading(name(), true);
      case 3, 4, 5 -> setLoading(name(), false);
      case 6 -> cancel();
      case 7 -> loadFails();
      case 8 -> world.clock.advance(Duration.ofMillis(random.nextInt(30_000)));
      default -> {}
    }
  }

  private void enqueue() {
    @Nullable String adapter = name();
    int prompt = 1 + random.nextInt(12);
    int output = 1 + random.nextInt(random.nextInt(4) == 0 ? 90 : 20);
    InferenceRequest request =
        new InferenceRequest(
            "request-" + arrived.size(),
            adapter,
            Requests.prompt(prompt, random.nextInt(50)),
            output,
            Requests.sampling(0, random.nextBoolean(), Set.of()),
            terms());
    int predicted = 1 + random.nextInt(2 * output);
    boolean plain = adapter == null;
    arrived.add(
        world.enqueue(
            request,
            new RequestSize(
                prompt, predicted, plain ? 0 : 8, plain ? 0 : Math.floorMod(adapter.hashCode(), 9)),
            limit()));
    count("arrivals");
  }

  private ServiceTerms terms() {
    int priority = random.nextInt(3) == 0 ? random.nextInt(5) - 2 : 0;
    return new ServiceTerms(
        null, priority, random.nextBoolean() ? null : "tenant-" + random.nextInt(3));
  }

  /** Most may wait for ever. */
  private WaitLimit limit() {
    return switch (random.nextInt(16)) {
      case 0 -> new WaitLimit(1 + random.nextInt(300_000_000), Long.MAX_VALUE);
      case 1 -> new WaitLimit(Long.MAX_VALUE, 1 + random.nextInt(300_000_000));
      default -> WaitLimit.NONE;
    };
  }

  private void cancel() {
    if (!arrived.isEmpty()) {
      Sequence sequence = arrived.get(random.nextInt(arrived.size()));
      sequence.cancel();
      cancelled.add(sequence);
      count("cancels");
    }
  }

  /** The version is gone: all who have it pinned end, waiting or running. */
  private void loadFails() {
    @Nullable String name = name();
    if (name != null) {
      setLoading(name, false);
      count("load failures", world.scheduler.endThoseWith(name, new IllegalStateException("gone")));
    }
  }

  private void setLoading(@Nullable String name, boolean loading) {
    if (name != null) {
      world.leases.setLoading(name, loading);
    }
  }

  private @Nullable String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  /** What the engine's loop does. */
  private boolean pass(int fault) {
    world.scheduler.endCancelled(cancelled);
    cancelled.clear();
    world.scheduler.endLate(late -> {
      assertThat(world.output(late).tokens()).as("tokens of one that was late").isEmpty();
      count("late");
      return new RequestRejectedException(Refusal.EXPIRED, "late", Duration.ofMillis(1));
    });
    assertThat(world.scheduler.nextLatestStart()).isGreaterThan(world.clock.getAsLong());
    check();
    Optional<ScheduledBatch> batch = world.scheduler.schedule();
    check();
    batch.ifPresent(step -> answer(step, fault));
    check();
    return batch.isPresent();
  }

  private void answer(ScheduledBatch step, int fault) {
    StepResult result = world.engine.step(step.batch());
    world.clock.advance(SchedulerFixture.STEP);
    if (fault == 0) {
      world.scheduler.fail(step, new IllegalStateException("the step failed"));
      count("failed steps");
    } else if (fault == 1 && result.tokens().getFirst() != null) {
      world.scheduler.complete(step, withoutFirst(result));
      count("failed samplers");
    } else {
      world.scheduler.complete(step, result);
    }
  }

  private static StepResult withoutFirst(StepResult result) {
    var tokens = new ArrayList<>(result.tokens());
    tokens.set(0, null);
    return new StepResult(tokens, Map.of(0, new SamplingException("all logits are NaN")));
  }

  private void check() {
    world.scheduler.checkIntegrity();
    world.cells.checkIntegrity();
    SchedulerSnapshot now = world.scheduler.snapshot();
    assertThat(now.lentCells()).isEqualTo(world.cells.lentCells());
    assertThat(arrived.stream().filter(s -> !s.hasEnded()).count())
        .as("sequences that have not ended")
        .isEqualTo(now.waiting() + now.running());
  }

  private void checkEnd() {
    SchedulerSnapshot end = world.scheduler.snapshot();
    assertThat(end.departures()).as("departures").isEqualTo(arrived.size());
    assertThat(end.waitingTokens() + end.tokensInFlight() + end.lentCells()).isZero();
    assertThat(policy.waiting()).isEmpty();
    assertThat(world.leases.openLoans() + world.leases.openLeases()).isZero();
    assertThat(world.engine.violations()).isEmpty();
    arrived.forEach(this::checkText);
    count("preemptions", (int) end.preemptions());
  }

  /** It has one end, and no token is lost, doubled or somebody else's. */
  private void checkText(Sequence sequence) {
    FakeEngine.Text whole = FakeEngine.expected(sequence.request());
    List<Integer> tokens = world.output(sequence).tokens();
    switch (world.output(sequence).ending()) {
      case SequenceEnding.Complete(TokenEvent.Finished finished) -> {
        assertThat(tokens).isEqualTo(whole.tokens());
        assertThat(finished.reason()).isEqualTo(whole.reason());
        count("completed");
      }
      case SequenceEnding.Failed failed -> checkPart(tokens, whole, "failed");
      case SequenceEnding.Cancelled cancelled -> checkPart(tokens, whole, "cancelled");
    }
  }

  private void checkPart(List<Integer> tokens, FakeEngine.Text whole, String event) {
    assertThat(tokens.size()).isLessThanOrEqualTo(whole.tokens().size());
    assertThat(tokens).isEqualTo(whole.tokens().subList(0, tokens.size()));
    count(event);
  }

  private void count(String event) {
    count(event, 1);
  }

  private void count(String event, int times) {
    events.merge(event, times, Integer::sum);
  }
}
