package io.chameleon.scheduling;

import static io.chameleon.fixtures.Requests.prompt;
import static io.chameleon.fixtures.Requests.request;
import static io.chameleon.fixtures.Requests.sampling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.engine.StepResult;
import io.chameleon.fixtures.FakeEngine;
import io.chameleon.request.AdapterTier;
import io.chameleon.request.FinishReason;
import io.chameleon.request.InferenceRequest;
import io.chameleon.request.RequestTiming;
import io.chameleon.request.SamplingParams;
import io.chameleon.request.TokenEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulerTest {

  private SchedulerFixture world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 256);

  @AfterEach
  void everythingIsGivenBack() {
    world.scheduler.failAll(new IllegalStateException("the test is over"));
    world.scheduler.checkIntegrity();
    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.leases.openLoans()).isZero();
    assertThat(world.leases.openLeases()).isZero();
  }

  @Test
  void batch_ofOneLongPrompt_isFedInChunksThenTokenByToken() {
    world.enqueue(request(20, 3));

    assertThat(counts(5))
        .containsExactly(List.of(8), List.of(8), List.of(4), List.of(1), List.of(1));
    assertThat(world.scheduler.isEmpty()).isTrue();
  }

  @Test
  void batch_withDecodeAndPrefill_putsDecodeRowsFirstAndKeepsTheBudget() {
    world.enqueue(request(2, 9));
    world.step();
    world.enqueue(request(30, 2));
    world.enqueue(request(30, 2));

    world.step();

    assertThat(world.lastCounts()).containsExactly(1, 8, 7);
    assertThat(world.scheduler.snapshot().lastBatch()).isEqualTo(new BatchShape(1, 2, 16));
  }

  @Test
  void batch_ofSeparatePasses_prefillsFirstAndAlone() {
    world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8, true), 256);
    world.enqueue(request(2, 9));
    world.step();
    world.enqueue(request(12, 2));

    world.step();
    assertThat(world.scheduler.snapshot().lastBatch()).isEqualTo(new BatchShape(0, 1, 8));
    world.step();
    assertThat(world.scheduler.snapshot().lastBatch()).isEqualTo(new BatchShape(0, 1, 4));
    world.step();
    assertThat(world.scheduler.snapshot().lastBatch()).isEqualTo(new BatchShape(2, 0, 2));
  }

  @Test
  void batch_whenBudgetIsUsed_startsNobody() {
    world.enqueue(request(30, 2));
    world.enqueue(request(30, 2));
    world.enqueue(request(1, 2));

    world.step();

    assertThat(world.lastCounts()).containsExactly(8, 8);
    assertThat(world.scheduler.snapshot().waiting()).isEqualTo(1);
  }

  @Test
  void batch_withMoreThanMaxSequences_letsTheRestWaitInOrder() {
    for (int i = 0; i < 6; i++) {
      world.enqueue(request(2, 3));
    }
    world.step();

    assertThat(world.scheduler.snapshot().running()).isEqualTo(4);
    assertThat(world.scheduler.snapshot().departures()).isEqualTo(4);
    world.runToEnd();
    assertThat(world.scheduler.snapshot().departures()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 64})
  void text_withAnyChunk_isTheSame(int chunk) {
    world = new SchedulerFixture(new SchedulingLimits(64, 4, chunk, 8), 512);
    InferenceRequest plain = request("a", 50, 40);
    Sequence sequence = world.enqueue(plain);
    world.enqueue(request(9, 30));

    world.runToEnd();

    assertThat(world.output(sequence).tokens()).isEqualTo(FakeEngine.expected(plain).tokens());
  }

  @Test
  void end_byEosToken_isStopAndTheTokenIsNotStreamed() {
    InferenceRequest request = endingByItself(sampling(0, false, Set.of()));
    Sequence sequence = world.enqueue(request);

    world.runToEnd();

    TokenEvent.Finished finished = world.finished(sequence);
    assertThat(finished.reason()).isEqualTo(FinishReason.STOP);
    assertThat(finished.stopToken()).isEqualTo(FakeEngine.EOS);
    assertThat(world.output(sequence).tokens()).doesNotContain(FakeEngine.EOS);
  }

  @Test
  void end_byEosToken_isIgnoredWhenAsked() {
    int[] prompt = endingByItself(sampling(0, false, Set.of())).promptTokens();
    Sequence sequence = world.enqueue(request(null, prompt, 60, sampling(0, true, Set.of())));

    world.runToEnd();

    assertThat(world.finished(sequence).reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(world.finished(sequence).stopToken()).isNull();
    assertThat(world.output(sequence).tokens()).hasSize(60).contains(FakeEngine.EOS);
  }

  @Test
  void end_byStopToken_waitsForMinTokens() {
    Set<Integer> everyOther = Set.of(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    InferenceRequest request = endingByItself(sampling(12, false, everyOther));
    Sequence sequence = world.enqueue(request);

    world.runToEnd();

    assertThat(world.finished(sequence).reason()).isEqualTo(FinishReason.STOP);
    assertThat(world.output(sequence).tokens())
        .hasSizeGreaterThanOrEqualTo(12)
        .isEqualTo(FakeEngine.expected(request).tokens());
  }

  @Test
  void timing_ofSequence_tellsQueueAdapterPrefillAndDecode() {
    world = new SchedulerFixture(new SchedulingLimits(8, 1, 8, 8), 256);
    world.leases.loadsTake(Duration.ofMillis(3));
    world.enqueue(request(8, 2));
    Sequence sequence = world.enqueue(request("a", 16, 4));

    world.runToEnd();

    assertThat(world.finished(sequence).timing())
        .isEqualTo(
            new RequestTiming(
                Duration.ofMillis(20),
                Duration.ofMillis(3),
                AdapterTier.DISK,
                Duration.ofMillis(20),
                Duration.ofMillis(30)));
  }

  @Test
  void timing_whileAdapterHasNoRoom_countsAsQueue() {
    world.enqueue(request("a", 2, 2));
    world.enqueue(request("b", 2, 2));
    Sequence third = world.enqueue(request("c", 2, 2));

    world.runToEnd();

    RequestTiming timing = world.finished(third).timing();
    assertThat(timing.queue()).isEqualTo(Duration.ofMillis(20));
    assertThat(timing.adapter()).isZero();
  }

  @Test
  void cancel_ofWaitingSequence_neverRuns() {
    world = new SchedulerFixture(new SchedulingLimits(8, 1, 8, 8), 256);
    world.enqueue(request(2, 3));
    Sequence waiting = world.enqueue(request(2, 3));
    world.step();

    waiting.cancel();
    world.scheduler.endCancelled(List.of(waiting));

    assertThat(world.output(waiting).ending()).isInstanceOf(SequenceEnding.Cancelled.class);
    assertThat(world.scheduler.snapshot().departures()).isEqualTo(2);
    world.runToEnd();
    assertThat(world.engine.batches()).allSatisfy(b -> assertThat(b.sequences()).hasSize(1));
  }

  @Test
  void cancel_ofRunningSequence_givesItsCellsBackAtOnce() {
    Sequence running = world.enqueue(request("a", 2, 30));
    world.step();

    running.cancel();
    world.scheduler.endCancelled(List.of(running, running));

    assertThat(world.cells.lentCells()).isZero();
    assertThat(world.leases.openLeases()).isZero();
    assertThat(running.hasEnded()).isTrue();
  }

  @Test
  void cancel_duringStep_endsWithThatStep() {
    Sequence running = world.enqueue(request(20, 30));
    world.engine.beforeStep(batch -> running.cancel());

    world.step();

    assertThat(world.output(running).ending()).isInstanceOf(SequenceEnding.Cancelled.class);
    assertThat(world.output(running).tokens()).isEmpty();
  }

  @Test
  void reader_thatIsGone_endsTheSequence() {
    Sequence sequence = world.enqueue(request(2, 30));
    world.step();
    world.output(sequence).readerGoes();

    world.step();

    assertThat(world.output(sequence).ending()).isInstanceOf(SequenceEnding.Cancelled.class);
  }

  @Test
  void step_thatFails_endsItsSequencesAlone() {
    Sequence first = world.enqueue(request("a", 20, 2));
    Sequence second = world.enqueue(request(20, 2));
    Sequence waiting = world.enqueue(request(2, 2));

    world.scheduler.fail(world.scheduler.schedule().orElseThrow(), new RuntimeException("device"));
    world.scheduler.checkIntegrity();

    assertThat(world.failure(first)).hasMessage("device");
    assertThat(world.failure(second)).hasMessage("device");
    world.runToEnd();
    assertThat(world.finished(waiting).reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void result_thatDoesNotAnswerTheBatch_isRefused() {
    world.enqueue(request(20, 2));
    ScheduledBatch batch = world.scheduler.schedule().orElseThrow();
    StepResult unasked = world.engine.step(batch.batch());

    assertThatIllegalStateException()
        .isThrownBy(() -> world.scheduler.complete(batch, new StepResult(List.of())))
        .withMessage("the engine answered 0 of 1 sequences");
    world.scheduler.complete(batch, unasked);
    ScheduledBatch second = world.scheduler.schedule().orElseThrow();
    world.scheduler.complete(second, world.engine.step(second.batch()));
    ScheduledBatch last = world.scheduler.schedule().orElseThrow();
    assertThatIllegalStateException()
        .isThrownBy(() -> world.scheduler.complete(last, unasked))
        .withMessageContaining("sampled where it was not asked to, or did not");
  }

  @Test
  void snapshot_countsTokensOfThoseThatWaitAndRun() {
    world = new SchedulerFixture(new SchedulingLimits(8, 1, 8, 8), 256);
    world.enqueue(request(2, 3));
    world.enqueue(request(5, 30));
    world.step();

    SchedulerSnapshot snapshot = world.scheduler.snapshot();

    assertThat(snapshot.tokensInFlight()).isEqualTo(5);
    assertThat(snapshot.waitingTokens()).isEqualTo(13);
    assertThat(snapshot.cellCapacity()).isEqualTo(256);
    assertThat(snapshot.steps()).isEqualTo(1);
    assertThat(snapshot.lastBatch().rows()).isEqualTo(1);
  }

  private List<List<Integer>> counts(int steps) {
    List<List<Integer>> counts = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      world.step();
      counts.add(world.lastCounts());
    }
    return counts;
  }

  /** A request whose text ends by a token, after at least three others. */
  private static InferenceRequest endingByItself(SamplingParams sampling) {
    for (int salt = 0; salt < 1000; salt++) {
      InferenceRequest request = request(null, prompt(6, salt), 60, sampling);
      FakeEngine.Text text = FakeEngine.expected(request);
      boolean byEos = Integer.valueOf(FakeEngine.EOS).equals(text.stopToken());
      if (text.tokens().size() > 3 && (byEos || sampling.minTokens() > 0)) {
        return request;
      }
    }
    throw new IllegalStateException("no such prompt");
  }
}
