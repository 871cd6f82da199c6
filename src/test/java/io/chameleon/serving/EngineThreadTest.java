package io.chameleon.serving;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.SizeClassifier;
import io.chameleon.engine.Batch;
import io.chameleon.fixtures.FakeAdapterLeases;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.fixtures.FakeKvCells;
import io.chameleon.fixtures.ManualClock;
import io.chameleon.fixtures.Samplers;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.ServiceTerms;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.request.TokenEvent;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.serving.QueuedInferenceService.StreamSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** The engine thread as it really runs: started, fed from other threads, stopped. */
@Timeout(60)
class EngineThreadTest {

  private static final Duration GRACE = Duration.ofSeconds(20);

  private final ManualClock clock = new ManualClock();

  private final FakeKvCells cells = new FakeKvCells(600);

  private final FakeAdapterLeases leases = new FakeAdapterLeases(4, clock);

  private final FakeEngine engine = new FakeEngine(cells);

  private final ServingMeters meters = new ServingMeters(new SimpleMeterRegistry(), "base");

  private final AdmissionController admission =
      new AdmissionController(400, 200, OutputLengthPredictor.declaredUpTo(16));

  private final Inbox inbox = new Inbox(SizeClassifier.single().classes(), 400);

  private Supplier<EngineResources> engines =
      () -> new EngineResources(engine, cells, leases, cells);

  private final EngineThread thread =
      new EngineThread(() -> engines.get(), this::scheduler, inbox, admission, meters, clock);

  private final QueuedInferenceService service =
      new QueuedInferenceService(
          admission,
          inbox,
          thread::state,
          new StreamSettings(
              1000, Set.of(FakeEngine.EOS), Schedulers.parallel(), FinishedRequests.NONE),
          meters,
          clock);

  @AfterEach
  void stop() throws InterruptedException {
    assertThat(thread.stop(GRACE)).isTrue();
    assertThat(cells.lentCells()).isZero();
    assertThat(leases.openLoans()).isZero();
    assertThat(leases.openLeases()).isZero();
  }

  @Test
  void start_warmsUpBeforeItIsReady() throws Exception {
    assertThat(thread.state()).isEqualTo(EngineState.STARTING);
    assertThat(thread.status().scheduler().cellCapacity()).isZero();
    assertThatThrownBy(() -> service.submit(List.of(request(1, 1))))
        .isInstanceOf(ServiceUnavailableException.class);

    start();

    assertThat(thread.state()).isEqualTo(EngineState.READY);
    assertThat(thread.status().scheduler().steps()).isPositive();
    assertThat(thread.status().scheduler().cellCapacity()).isEqualTo(600);
  }

  @Test
  void start_withEngineThatCannotBeMade_failsWithTheCause() throws Exception {
    engines =
        () -> {
          throw new IllegalArgumentException("no such model");
        };

    assertThatThrownBy(this::start)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no such model");

    assertThat(thread.stop(GRACE)).isTrue();
    assertThat(thread.state()).isEqualTo(EngineState.FAILED);
    assertThat(thread.status().fault()).contains("no such model");
  }

  @Test
  void start_withStepThatFails_failsAndClosesTheEngine() throws Exception {
    engine.beforeStep(batch -> {
      throw new IllegalStateException("illegal instruction");
    });

    assertThatThrownBy(this::start).hasMessageContaining("illegal instruction");

    assertThat(thread.stop(GRACE)).isTrue();
    assertThat(engine.isClosed()).isTrue();
  }

  @Test
  void streams_fromManyThreads_getTheirTexts() throws Exception {
    start();
    List<CompletableFuture<List<TokenEvent>>> texts = new ArrayList<>();
    List<InferenceRequest> requests = new ArrayList<>();
    Random random = new Random(20_260_902);
    for (int i = 0; i < 200; i++) {
      String adapter = List.of("a", "b", "c", "d", "e", "f").get(random.nextInt(6));
      requests.add(request(adapter, 1 + random.nextInt(60), 1 + random.nextInt(60)));
    }
    for (InferenceRequest request : requests) {
      texts.add(
          CompletableFuture.supplyAsync(() -> service.submit(List.of(request)).getFirst())
              .thenCompose(stream -> stream.collectList().toFuture()));
    }

    for (int i = 0; i < texts.size(); i++) {
      assertThat(tokens(texts.get(i).get(30, TimeUnit.SECONDS)))
          .isEqualTo(FakeEngine.expected(requests.get(i)).tokens());
    }
    assertThat(admission.waiting()).isZero();
  }

  @Test
  void cancel_duringStep_endsWithThatStep() throws Exception {
    start();
    CountDownLatch inStep = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    block(inStep, goOn);
    var subscription = submit(request("a", 4, 100)).subscribe();
    assertThat(inStep.await(10, TimeUnit.SECONDS)).isTrue();

    subscription.dispose();
    goOn.countDown();

    assertThat(submit(request(2, 2)).collectList().block(Duration.ofSeconds(10))).hasSize(3);
    assertThat(engine.batches())
        .filteredOn(batch -> batch.sequences().getFirst().adapter() != null)
        .as("steps of the cancelled sequence")
        .hasSize(1);
  }

  @Test
  void thread_whileAllWaitForLoads_sleepsUntilItIsWoken() throws Exception {
    start();
    leases.setLoading("slow", true);
    InferenceRequest request = request("slow", 4, 6);
    var text = submit(request).collectList().toFuture();
    awaitSleepWithOneWaiting();
    int passes = leases.passes();

    inbox.wake();
    while (leases.passes() == passes) {
      Thread.onSpinWait();
    }
    awaitSleepWithOneWaiting();
    assertThat(leases.passes()).as("one pass, for nothing").isEqualTo(passes + 1);
    assertThat(text).isNotDone();

    leases.setLoading("slow", false);
    inbox.wake();
    assertThat(tokens(text.get(10, TimeUnit.SECONDS)))
        .isEqualTo(FakeEngine.expected(request).tokens());
  }

  @Test
  void request_whoseLoadDoesNotComeInTime_isAnsweredWithoutAnybodyWakingTheThread()
      throws Exception {
    start();
    leases.setLoading("slow", true);
    InferenceRequest request =
        new InferenceRequest(
            "hurried",
            "slow",
            new int[] {1, 2, 3},
            5,
            SamplingParams.greedy(),
            new ServiceTerms(Duration.ofMillis(40), 0, null));
    var text = submit(request).collectList().toFuture();
    int passes = leases.passes();
    while (leases.passes() < passes + 2) {
      Thread.onSpinWait();
    }
    assertThat(text).as("before the clock says that it is late").isNotDone();

    clock.advance(Duration.ofMillis(40));

    assertThatThrownBy(() -> text.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(RequestRejectedException.class)
        .hasMessageContaining("within 40 ms");
    awaitNobodyWaiting();
  }

  private void awaitNobodyWaiting() {
    while (admission.waiting() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void stop_withALoadThatNeverComes_endsAfterTheGrace() throws Exception {
    start();
    leases.setLoading("slow", true);
    var text = submit(request("slow", 4, 6)).collectList().toFuture();
    awaitSleepWithOneWaiting();
    Duration grace = Duration.ofMillis(50);
    CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> stop(grace));
    int passes = leases.passes();
    while (leases.passes() < passes + 3) {
      Thread.onSpinWait();
    }
    assertThat(text).as("before the clock says that the grace is over").isNotDone();

    clock.advance(grace);

    assertThatThrownBy(() -> text.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ServiceUnavailableException.class)
        .hasMessageContaining("stopping");
    assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(thread.state()).isEqualTo(EngineState.STOPPED);
    assertThat(engine.isClosed()).isTrue();
  }

  @Test
  void stop_withALoadThatComesInTime_finishesWhatWaitedForIt() throws Exception {
    start();
    leases.setLoading("slow", true);
    InferenceRequest request = request("slow", 4, 6);
    var text = submit(request).collectList().toFuture();
    awaitSleepWithOneWaiting();
    CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> stop(GRACE));
    while (thread.state() == EngineState.READY) {
      Thread.onSpinWait();
    }

    leases.setLoading("slow", false);
    inbox.wake();

    assertThat(tokens(text.get(10, TimeUnit.SECONDS)))
        .isEqualTo(FakeEngine.expected(request).tokens());
    assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void stop_withinTheGrace_finishesWhatWasAdmitted() throws Exception {
    start();
    CountDownLatch inStep = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    block(inStep, goOn);
    var running = submit(request(4, 50)).collectList().toFuture();
    var queued = submit(request(4, 50)).collectList().toFuture();
    assertThat(inStep.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> stop(GRACE));
    while (thread.state() == EngineState.READY) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> submit(request(1, 1))).hasMessage("The service is stopping.");
    goOn.countDown();

    assertThat(running.get(10, TimeUnit.SECONDS)).hasSize(51);
    assertThat(queued.get(10, TimeUnit.SECONDS)).hasSize(51);
    assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(engine.isClosed()).isTrue();
    assertThat(thread.state()).isEqualTo(EngineState.STOPPED);
  }

  @Test
  void stop_afterTheGrace_endsWhatIsLeftWithAnError() throws Exception {
    start();
    CountDownLatch inStep = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    block(inStep, goOn);
    var running = submit(request(4, 50)).collectList().toFuture();
    assertThat(inStep.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> stop(Duration.ZERO));
    while (thread.state() == EngineState.READY) {
      Thread.onSpinWait();
    }
    goOn.countDown();

    assertThatThrownBy(() -> running.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ServiceUnavailableException.class)
        .hasMessageContaining("stopping");
    assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void stop_beforeStart_isDoneAtOnce() throws InterruptedException {
    assertThat(thread.stop(GRACE)).isTrue();
    assertThat(thread.state()).isEqualTo(EngineState.STOPPED);
  }

  private void start() throws Exception {
    thread.start().get(20, TimeUnit.SECONDS);
  }

  /** Until the engine thread sleeps, without a limit of time, over one request. */
  private void awaitSleepWithOneWaiting() {
    while (thread.status().scheduler().waiting() != 1) {
      Thread.onSpinWait();
    }
    while (engineThread().getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private static Thread engineThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("chameleon-engine"))
        .findFirst()
        .orElseThrow();
  }

  private boolean stop(Duration grace) {
    try {
      return thread.stop(grace);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Flux<TokenEvent> submit(InferenceRequest request) {
    return service.submit(List.of(request)).getFirst();
  }

  private void block(CountDownLatch inStep, CountDownLatch goOn) {
    Consumer<Batch> waiting =
        batch -> {
          inStep.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    engine.beforeStep(waiting);
  }

  private Scheduler scheduler(EngineResources resources) {
    return new Scheduler(
        new SchedulingLimits(64, 8, 32, 16),
        PolicyKind.FIFO.create(PolicySettings.DEFAULT),
        resources.cells(),
        resources.leases(),
        Samplers::create,
        clock);
  }

  private static List<Integer> tokens(List<TokenEvent> events) {
    List<Integer> tokens = new ArrayList<>();
    for (TokenEvent event : events) {
      switch (event) {
        case TokenEvent.Token token -> tokens.add(token.token());
        case TokenEvent.Finished _ -> assertThat(event).isSameAs(events.getLast());
      }
    }
    return tokens;
  }
}
