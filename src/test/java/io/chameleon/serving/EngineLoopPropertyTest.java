package io.chameleon.serving;

import static io.chameleon.fixtures.Requests.prompt;
import static io.chameleon.fixtures.Requests.sampling;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.chameleon.admission.WaitingRules;
import io.chameleon.engine.EngineStepException;
import io.chameleon.fixtures.Requests;
import io.chameleon.fixtures.TestLength;
import io.chameleon.request.AdapterRefusedException;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.InvalidRequestException;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.ServiceTerms;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.TokenEvent;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.chameleon.ChameleonPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * Random scenarios: submissions, cancellations, slow readers, preemption, loads, failing steps and
 * adapters, a full queue, in any order. After each, nothing is lost or doubled, and every text is
 * right.
 */
class EngineLoopPropertyTest {

  private static final int SCENARIOS = TestLength.of(1000, 4000);

  private static final long FIRST_SEED = 20_260_901;

  private static final @Nullable String[] ADAPTERS = {
    null, null, "a", "b", "c", "d", "bad", "broken"
  };

  /** What happened over all scenarios, to show that each thing did. */
  private int finished;

  private int refused;

  private int cancelled;

  private int slow;

  private int late;

  private int failedSteps;

  private int failedAdapters;

  private long classChanges;

  private long preempted;

  private final Logger loopLog = (Logger) LoggerFactory.getLogger(EngineLoop.class);

  @BeforeEach
  void hushFailedSteps() {
    loopLog.setLevel(Level.OFF);
  }

  @AfterEach
  void logAgain() {
    loopLog.setLevel(null);
  }

  @Test
  void scenarios_inAnyOrder_loseNothingAndRepeatNothing() {
    for (int i = 0; i < SCENARIOS; i++) {
      long seed = FIRST_SEED + i;
      try {
        new Scenario(new Random(seed)).run();
      } catch (RuntimeException | AssertionError fault) {
        throw new AssertionError("seed " + seed, fault);
      }
    }
    System.out.printf(
        "seeds %d to %d: %d streams finished, %d refused, %d cancelled, %d slow, %d late, %d with a"
            + " failed step, %d with a failed adapter; %d preemptions, %d changes of classes%n",
        FIRST_SEED,
        FIRST_SEED + SCENARIOS - 1,
        finished,
        refused,
        cancelled,
        slow,
        late,
        failedSteps,
        failedAdapters,
        preempted,
        classChanges);
    assertThat(List.of(finished, refused, cancelled, slow, late, failedSteps, failedAdapters))
        .allSatisfy(count -> assertThat(count).isGreaterThan(SCENARIOS / 10));
    assertThat(preempted).isGreaterThan(SCENARIOS / 10);
    assertThat(classChanges).isGreaterThan(SCENARIOS / 10);
  }

  private final class Scenario {

    private final Random random;

    private final LoopFixture world;

    private final int capacity;

    private final List<Reader> readers = new ArrayList<>();

    private final List<Reader> quit = new ArrayList<>();

    private final @Nullable ChameleonPolicy classed;

    private boolean stepFails;

    private int expired;

    Scenario(Random random) {
      this.random = random;
      int sequences = 1 + random.nextInt(6);
      int budget = sequences + random.nextInt(40);
      this.capacity = 30 + random.nextInt(120);
      this.classed = random.nextBoolean() ? QuickClasses.every(20) : null;
      this.world =
          new LoopFixture(
              new SchedulingLimits(
                  budget, sequences, 1 + random.nextInt(20), 1 + random.nextInt(20)),
              capacity,
              2 + random.nextInt(8),
              4 + random.nextInt(30),
              new WaitingRules(
                  Duration.ZERO, Duration.ofMillis(random.nextInt(400)), List.of(), true),
              classed == null ? PolicyKind.FIFO.create(PolicySettings.DEFAULT) : classed);
      if (random.nextBoolean()) {
        world.engine.runAsynchronously();
      }
      world.engine.beforeStep(batch -> {
        if (stepFails) {
          throw new EngineStepException("a step failed", new RuntimeException("device"));
        }
      });
    }

    void run() {
      int moves = 10 + random.nextInt(80);
      for (int i = 0; i < moves; i++) {
        move();
        world.scheduler.checkIntegrity();
        assertThat(world.admission.waiting())
            .isBetween(world.inbox.held(), world.inbox.held() + world.loop.snapshot().waiting());
      }
      settle();
      check();
    }

    private void move() {
      switch (random.nextInt(10)) {
        case 0, 1 -> submit();
        case 2 -> anyReader(this::quit);
        case 3 -> anyReader(reader -> reader.request(1 + random.nextInt(8)));
        case 4 -> failStep();
        case 5 -> beginOrEndALoad();
        default -> {
          world.clock.advance(Duration.ofMillis(random.nextInt(20)));
          world.loop.step();
        }
      }
    }

    private void submit() {
      int count = 1 + random.nextInt(3);
      List<InferenceRequest> requests = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        requests.add(request());
      }
      int before = world.inbox.held();
      try {
        List<Flux<TokenEvent>> streams = world.service.submit(requests);
        for (int i = 0; i < count; i++) {
          readers.add(reader(requests.get(i), streams.get(i)));
        }
      } catch (RequestRejectedException | InvalidRequestException refusal) {
        refused++;
        assertThat(world.inbox.held()).isEqualTo(before);
      }
    }

    private Reader reader(InferenceRequest request, Flux<TokenEvent> stream) {
      return random.nextInt(3) == 0 ? Reader.waiting(request, stream) : Reader.of(request, stream);
    }

    private InferenceRequest request() {
      int promptTokens = 1 + random.nextInt(capacity / 2);
      int maxTokens = 1 + random.nextInt(capacity - promptTokens);
      SamplingParams sampling =
          sampling(random.nextInt(4), random.nextInt(3) == 0, Set.of(1 + random.nextInt(39)));
      InferenceRequest patient =
          Requests.request(
              anyAdapter(), prompt(promptTokens, random.nextInt(1000)), maxTokens, sampling);
      return random.nextInt(4) == 0 ? hurried(patient) : patient;
    }

    private InferenceRequest hurried(InferenceRequest patient) {
      return new InferenceRequest(
          patient.id(),
          patient.adapter(),
          patient.promptTokens(),
          patient.maxTokens(),
          patient.sampling(),
          new ServiceTerms(Duration.ofMillis(1 + random.nextInt(150)), 0, null));
    }

    private void beginOrEndALoad() {
      String adapter = anyAdapter();
      if (adapter != null) {
        world.leases.setLoading(adapter, random.nextBoolean());
      }
    }

    private @Nullable String anyAdapter() {
      return ADAPTERS[random.nextInt(ADAPTERS.length)];
    }

    private void failStep() {
      if (random.nextInt(4) == 0) {
        stepFails = true;
        world.loop.step();
        stepFails = false;
      }
    }

    private void quit(Reader reader) {
      if (reader.ends() == 0) {
        quit.add(reader);
        reader.cancel();
      }
    }

    private void anyReader(Consumer<Reader> action) {
      if (!readers.isEmpty()) {
        action.accept(readers.get(random.nextInt(readers.size())));
      }
    }

    private void settle() {
      for (String adapter : ADAPTERS) {
        if (adapter != null) {
          world.leases.setLoading(adapter, false);
        }
      }
      int passes = 0;
      while (world.step()) {
        assertThat(passes++).as("passes until idle").isLessThan(20_000);
      }
      readers.forEach(reader -> reader.request(Long.MAX_VALUE));
    }

    private void check() {
      assertThat(world.cells.lentCells()).isZero();
      assertThat(world.leases.openLoans()).isZero();
      assertThat(world.leases.openLeases()).isZero();
      assertThat(world.admission.waiting()).isZero();
      assertThat(world.inbox.held()).isZero();
      assertThat(world.loop.snapshot().lentCells()).isZero();
      assertThat(world.loop.integrityFault()).isNull();
      assertThat(world.engine.violations()).isEmpty();
      preempted += world.loop.snapshot().preemptions();
      classChanges += classed == null ? 0 : classed.counts().refreshes();
      readers.forEach(this::check);
      // Who has gone may have been late as well.
      assertThat(world.rejected(Refusal.EXPIRED))
          .isBetween((double) expired, (double) expired + quit.size());
      late += expired;
    }

    private void check(Reader reader) {
      assertThat(reader.isRight()).as("text of %s", reader.request()).isTrue();
      if (quit.contains(reader)) {
        assertThat(reader.ends()).isZero();
        cancelled++;
        return;
      }
      assertThat(reader.ends()).as("ends of %s", reader.request()).isEqualTo(1);
      switch (reader.error()) {
        case null -> {
          assertThat(reader.isFinished()).isTrue();
          finished++;
        }
        case SlowReaderException _ -> slow++;
        case RequestRejectedException _ -> expired++;
        case ServiceUnavailableException failure -> {
          assertThat(failure).as("no fault of our own").hasMessageStartingWith("The engine failed");
          failedSteps++;
        }
        case AdapterRefusedException _ -> failedAdapters++;
        case IllegalArgumentException _ -> failedAdapters++;
        case Throwable other -> throw new AssertionError(other);
      }
    }
  }
}
