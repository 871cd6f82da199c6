package io.chameleon.scheduling;

import static io.chameleon.fixtures.Requests.request;
import static io.chameleon.scheduling.Sequences.adapted;
import static io.chameleon.scheduling.Sequences.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.request.FinishReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SloraPolicyTest {

  /** A look may take prompts of 20 tokens. */
  private final FakeBatch batch = new FakeBatch(120);

  private static final ScheduledBatch DECODE =
      new ScheduledBatch(null, List.of(), new BatchShape(1, 0, 1));

  private final SloraPolicy policy = new SloraPolicy(SloraProperties.PUBLISHED);

  @Test
  void queue_whileSomethingRuns_isLookedAtAfterTenStepsOfDecode() {
    SchedulerFixture world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 64), 256, policy);
    world.enqueue(request(2, 40));
    world.step();
    Sequence late = world.enqueue(request(2, 3));
    Sequence later = world.enqueue(request(2, 3));

    for (int step = 1; step <= 10; step++) {
      world.step();
      assertThat(late.status()).as("step %d", step).isEqualTo(SequenceStatus.WAITING);
    }
    world.step();

    assertThat(late.status()).isEqualTo(SequenceStatus.RUNNING);
    assertThat(later.status()).isEqualTo(SequenceStatus.RUNNING);
    world.runToEnd();
  }

  @Test
  void queue_whereNothingRuns_isLookedAtAtOnce() {
    SchedulerFixture world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 64), 256, policy);
    world.enqueue(request(2, 2));
    world.runToEnd();
    Sequence next = world.enqueue(request(2, 3));

    world.step();

    assertThat(next.status()).isEqualTo(SequenceStatus.RUNNING);
    world.runToEnd();
  }

  @Test
  void look_stopsAtTheFirstThatDoesNotFit() {
    // (49, 11): 60; with (49, 11) again: 98 + 22 = 120, which is not less than 120.
    Sequence first = enqueue(waiting(10, 50));
    Sequence second = enqueue(waiting(10, 50));
    Sequence small = enqueue(waiting(1, 1));

    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(first);
    assertThat(policy.waiting()).containsExactly(second, small);
  }

  @Test
  void look_withoutTheTest_startsThemAll() {
    SloraPolicy careless =
        new SloraPolicy(new SloraProperties(10, false, 6, List.of(), true, true, true));
    careless.enqueue(waiting(10, 50));
    careless.enqueue(waiting(10, 50));

    careless.admit(batch);

    assertThat(batch.takeTried()).hasSize(2);
  }

  @Test
  void prompts_startedAtOneLook_takeNoMoreThanTheirShare() {
    Sequence first = enqueue(waiting(12, 2));
    Sequence second = enqueue(waiting(8, 2));
    Sequence third = enqueue(waiting(1, 2));

    policy.admit(batch);
    assertThat(batch.takeTried()).as("20 tokens").containsExactly(first, second);
    steps(10);
    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(third);
  }

  @Test
  void prompt_longerThanTheShare_startsWhereNothingRuns() {
    Sequence longPrompt = enqueue(waiting(30, 2));
    Sequence next = enqueue(waiting(1, 2));

    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(longPrompt);
    assertThat(policy.waiting()).containsExactly(next);
  }

  @Test
  void oneThatLoads_isPassed_andOneWithoutRoomIsNot() {
    Sequence loads = enqueue(waiting(1, 2));
    Sequence refused = enqueue(waiting(1, 2));
    Sequence starts = enqueue(waiting(1, 2));
    Sequence blocked = enqueue(waiting(1, 2));
    Sequence last = enqueue(waiting(1, 2));
    batch.answer(loads, StartOutcome.LOADING);
    batch.answer(refused, StartOutcome.REFUSED);
    batch.answer(blocked, StartOutcome.NO_ROOM);

    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(loads, refused, starts, blocked);
    assertThat(policy.waiting()).containsExactly(loads, blocked, last);
  }

  @Test
  void adapters_areFetchedAheadAtTheFifthAndSeventhStep() {
    batch.runs(waiting(1, 90));
    policy.admit(batch);
    FixedLease near = enqueuePinned(15);
    FixedLease next = enqueuePinned(15);
    FixedLease far = enqueuePinned(1);
    List<Integer> fetches = new ArrayList<>();

    for (int step = 0; step < 10; step++) {
      policy.admit(batch);
      fetches.add(near.prefetches());
      steps(1);
    }

    assertThat(fetches).containsExactly(0, 0, 0, 0, 0, 1, 1, 2, 2, 2);
    assertThat(next.prefetches()).as("the share of 20 ends in it").isEqualTo(2);
    assertThat(far.prefetches()).isZero();
    assertThat(batch.takeTried()).isEmpty();
  }

  @Test
  void sequence_thatFailsTheTestAlone_startsWhereNothingRuns_andNobodyBesideIt() {
    SchedulerFixture world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 64, policy);
    Sequence large = world.enqueue(request(4, 60));
    Sequence small = world.enqueue(request(2, 3));

    world.step();

    assertThat(large.status()).as("(59, 5) of 64").isEqualTo(SequenceStatus.RUNNING);
    assertThat(small.status()).isEqualTo(SequenceStatus.WAITING);
    world.runToEnd();
    assertThat(world.finished(large).reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(world.finished(small).reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void sequence_behindOneThatIsRefused_startsInTheSamePassThoughItFailsTheTest() {
    SchedulerFixture world = new SchedulerFixture(new SchedulingLimits(16, 4, 8, 8), 64, policy);
    Sequence hopeless = world.enqueue(request(70, 3));
    Sequence large = world.enqueue(request(4, 60));

    assertThat(world.step()).as("nothing would wake the engine").isTrue();

    assertThat(world.failure(hopeless)).isInstanceOf(SequenceTooLongException.class);
    assertThat(large.status()).isEqualTo(SequenceStatus.RUNNING);
    world.runToEnd();
  }

  private FixedLease enqueuePinned(int promptTokens) {
    FixedLease lease = new FixedLease(false);
    enqueue(adapted("a", 1, promptTokens, 2)).pin(lease);
    return lease;
  }

  private void steps(int count) {
    for (int i = 0; i < count; i++) {
      policy.stepped(DECODE, 0);
    }
  }

  private Sequence enqueue(Sequence sequence) {
    policy.enqueue(sequence);
    return sequence;
  }
}
