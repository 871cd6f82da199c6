package io.chameleon.serving;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.engine.EngineStepException;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.metrics.MetricNames;
import io.chameleon.request.FinishReason;
import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.Sequence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EngineLoopTest {

  private LoopFixture world = LoopFixture.ordinary();

  @AfterEach
  void everythingIsGivenBack() {
    world.runToEnd();
    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.leases.openLoans()).isZero();
    assertThat(world.leases.openLeases()).isZero();
    assertThat(world.admission.waiting()).isZero();
    assertThat(world.inbox.held()).isZero();
  }

  @Test
  void step_whileAllWaitForLoads_hasNoMoreToDoButIsNotIdle() {
    world.leases.setLoading("slow", true);
    Reader reader = world.read(request("slow", 5, 9));

    assertThat(world.step()).isFalse();
    assertThat(world.loop.isIdle()).isFalse();
    world.loop.checkIntegrity();
    assertThat(world.loop.integrityFault()).isNull();

    world.leases.setLoading("slow", false);
    assertThat(world.step()).isTrue();
    world.runToEnd();
    assertThat(reader.isRight() && reader.isFinished()).isTrue();
  }

  @Test
  void cancel_whileTheAdapterIsBeingLoaded_endsTheStream() {
    world.leases.setLoading("slow", true);
    Reader reader = world.read(request("slow", 5, 9));
    world.step();

    reader.cancel();
    world.step();

    assertThat(world.leases.openLeases()).isZero();
    assertThat(world.loop.isIdle()).isTrue();
  }

  @Test
  void streams_ofDifferentAdapters_shareABatchAndGetTheirOwnTexts() {
    List<Reader> readers =
        List.of(
            world.read(request(5, 9)),
            world.read(request("a", 5, 9)),
            world.read(request("b", 5, 9)));

    world.runToEnd();

    assertThat(readers).allSatisfy(r -> assertThat(r.isRight() && r.isFinished()).isTrue());
    assertThat(readers).allSatisfy(r -> assertThat(r.ends()).isEqualTo(1));
    assertThat(world.engine.batches()).allSatisfy(b -> assertThat(b.sequences()).hasSize(3));
  }

  @Test
  void cancel_ofRunningStream_freesItWithinTwoSteps() {
    Reader reader = world.read(request("a", 5, 50));
    world.step();
    world.step();

    reader.cancel();
    world.step();

    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.leases.openLeases()).isZero();
    assertThat(world.cancelled("disconnect")).isEqualTo(1);
  }

  @Test
  void cancel_beforeTheFirstPass_neverRuns() {
    Reader reader = world.read(request(5, 50));

    reader.cancel();
    world.step();

    assertThat(world.engine.batches()).isEmpty();
    assertThat(world.admission.waiting()).isZero();
  }

  @Test
  void reader_thatDoesNotRead_losesItsSequenceWithAnErrorThatSaysSo() {
    world = new LoopFixture(new SchedulingLimits(32, 4, 16, 16), 512, 8, 5);
    var request = request(5, 50);
    Reader slow = Reader.waiting(request, world.submit(request));
    Reader other = world.read(request(5, 50));

    world.runToEnd();
    slow.request(100);

    assertThat(slow.tokens()).isEqualTo(FakeEngine.expected(request).tokens().subList(0, 5));
    assertThat(slow.error())
        .isInstanceOf(SlowReaderException.class)
        .hasMessageContaining("5 tokens");
    assertThat(((SlowReaderException) slow.error()).limitTokens()).isEqualTo(5);
    assertThat(other.isFinished()).isTrue();
    assertThat(world.cancelled("slow_reader")).isEqualTo(1);
  }

  @Test
  void reader_withExactlyItsLimitUnread_stillGetsItsEnd() {
    world = new LoopFixture(new SchedulingLimits(32, 4, 16, 16), 512, 8, 8);
    var request = request(5, 8);
    Reader late = Reader.waiting(request, world.submit(request));

    world.runToEnd();
    late.request(100);

    assertThat(late.isRight() && late.isFinished()).isTrue();
    assertThat(late.ends()).isEqualTo(1);
  }

  @Test
  void subscriber_thatThrows_doesNotHurtTheLoop() {
    var request = request(5, 20);
    Reader other = world.read(request(5, 20));
    world
        .submit(request)
        .subscribe(
            event -> {
              throw new IllegalStateException("the reader is broken");
            },
            error -> {});

    world.runToEnd();

    assertThat(other.isRight() && other.isFinished()).isTrue();
    assertThat(world.loop.failedStepsInARow()).isZero();
  }

  @Test
  void step_thatFails_endsItsStreamsAndTheLoopLives() {
    Reader first = world.read(request("a", 5, 20));
    world.step();
    world.engine.beforeStep(batch -> {
      throw new EngineStepException("out of memory", new RuntimeException("device"));
    });

    world.step();

    assertThat(first.error()).isInstanceOf(ServiceUnavailableException.class);
    assertThat(first.ends()).isEqualTo(1);
    assertThat(world.loop.failedStepsInARow()).isEqualTo(1);
    assertThat(world.count(MetricNames.STEP_FAILED)).isEqualTo(1);
    world.engine.beforeStep(batch -> {});
    Reader second = world.read(request("a", 5, 20));
    world.runToEnd();
    assertThat(second.isRight() && second.isFinished()).isTrue();
    assertThat(world.loop.failedStepsInARow()).isZero();
  }

  @Test
  void step_thatThrowsAnError_isContainedToo() {
    Reader first = world.read(request(5, 20));
    world.engine.beforeStep(batch -> {
      throw new StackOverflowError();
    });

    world.step();

    assertThat(first.error()).isInstanceOf(ServiceUnavailableException.class);
  }

  @Test
  void fault_ofOurOwn_endsAllAndTheLoopLives() {
    world = new LoopFixture(new SchedulingLimits(32, 1, 16, 16), 512, 8, 100);
    Reader running = world.read(request(5, 20));
    Reader waiting = world.read(request(5, 20));
    world.step();
    world.engine.answerTooLittle();

    world.step();

    assertThat(running.error()).isInstanceOf(ServiceUnavailableException.class);
    assertThat(waiting.error()).isInstanceOf(ServiceUnavailableException.class);
    assertThat(world.admission.waiting()).isZero();
    Reader next = world.read(request(5, 20));
    world.runToEnd();
    assertThat(next.isRight() && next.isFinished()).isTrue();
  }

  @Test
  void integrity_whenBroken_isReported() {
    LoopFixture broken = LoopFixture.ordinary();
    broken.submit(request(5, 20));
    Sequence sequence = broken.inbox.drain().getFirst();
    broken.scheduler.enqueue(sequence);
    broken.loop.step();
    broken.loop.checkIntegrity();
    assertThat(broken.loop.integrityFault()).isNull();

    broken.scheduler.enqueue(sequence);
    broken.loop.checkIntegrity();

    assertThat(broken.loop.integrityFault()).contains("it waits, in the wrong state");
  }

  @Test
  void integrity_withCellsThatNobodyHolds_isReported() {
    LoopFixture broken = LoopFixture.ordinary();
    broken.loop.checkIntegrity();
    assertThat(broken.loop.integrityFault()).isNull();

    assertThat(broken.cells.allocate(3)).isPresent();
    broken.loop.checkIntegrity();

    assertThat(broken.loop.integrityFault()).contains("lent 0 cells, the arena counts 3 for KV");
  }

  @Test
  void places_ofThoseWhoStart_areFreeBeforeTheStep() {
    world = new LoopFixture(new SchedulingLimits(32, 2, 16, 16), 512, 4, 100);
    for (int i = 0; i < 4; i++) {
      world.read(request(2, 10));
    }
    world.engine.beforeStep(batch -> {
      assertThat(world.loop.snapshot().running()).isEqualTo(2);
      assertThat(world.loop.snapshot().waiting()).isEqualTo(2);
      assertThat(world.admission.waiting()).isEqualTo(2);
    });

    world.step();

    assertThat(world.loop.failedStepsInARow()).isZero();
    world.engine.beforeStep(batch -> {});
  }

  @Test
  void arena_afterAPass_isThatOfThePass() {
    world.read(request(5, 9));
    world.step();

    assertThat(world.loop.arena().kv()).isEqualTo(world.cells.lentCells()).isPositive();
    assertThat(world.loop.arena().free() + world.loop.arena().kv())
        .isEqualTo(world.loop.arena().cells());
  }

  @Test
  void queue_whenFull_rejectsAllOrNoneWithARetryHint() {
    world = new LoopFixture(new SchedulingLimits(32, 2, 16, 16), 512, 4, 100);
    for (int i = 0; i < 4; i++) {
      world.read(request(2, 10));
    }
    world.step();
    world.read(request(2, 10));
    world.read(request(2, 10));

    assertThatThrownBy(() -> world.read(request(2, 10)))
        .isInstanceOfSatisfying(
            RequestRejectedException.class,
            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(1)))
        .hasMessage("The queue is full: 4 requests wait, of at most 4.");
    assertThat(world.rejected(Refusal.QUEUE_FULL)).isEqualTo(1);
    assertThat(world.admission.waiting()).isEqualTo(4);
  }

  @Test
  void meters_ofFinishedRequest_tellWhatHappened() {
    Reader reader = world.read(request("a", 5, 6));
    world.engine.beforeStep(batch -> world.clock.advance(Duration.ofMillis(10)));

    world.runToEnd();

    assertThat(reader.finished().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(world.count(MetricNames.PROMPT_TOKENS)).isEqualTo(5);
    assertThat(world.count(MetricNames.GENERATION_TOKENS)).isEqualTo(6);
    assertThat(
            world.registry.get(MetricNames.TIME_TO_FIRST_TOKEN).timer().max(TimeUnit.MILLISECONDS))
        .isEqualTo(10);
    assertThat(world.registry.get(MetricNames.INTER_TOKEN_LATENCY).timer().count()).isEqualTo(5);
    assertThat(world.registry.get(MetricNames.STEP_TIME).timer().count()).isEqualTo(6);
    assertThat(
            world
                .registry
                .get(MetricNames.REQUEST_SUCCESS)
                .tag("finished_reason", "length")
                .counter()
                .count())
        .isEqualTo(1);
  }
}
