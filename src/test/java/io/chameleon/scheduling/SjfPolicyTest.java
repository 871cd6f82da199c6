package io.chameleon.scheduling;

import static io.chameleon.fixtures.Requests.request;
import static io.chameleon.scheduling.Sequences.predicted;
import static io.chameleon.scheduling.Sequences.preempted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.chameleon.admission.RequestSize;
import org.junit.jupiter.api.Test;

class SjfPolicyTest {

  private static final long SECOND = 1_000_000_000L;

  private final SjfPolicy policy = new SjfPolicy(new SjfProperties(10, 1));

  private final FakeBatch batch = new FakeBatch(1000);

  @Test
  void sequences_thatCameTogether_startByPredictedOutput() {
    Sequence large = enqueue(predicted(300, 0));
    Sequence small = enqueue(predicted(3, 0));
    Sequence medium = enqueue(predicted(30, 0));

    assertThat(policy.waiting()).containsExactly(small, medium, large);
    policy.admit(batch.places(2));

    assertThat(batch.takeTried()).containsExactly(small, medium);
    assertThat(policy.waiting()).containsExactly(large);
  }

  @Test
  void largeOne_afterItsTime_goesBeforeSmallOnesThatComeThen() {
    // 100 tokens more are made good by 10 s at 10 tokens a second.
    Sequence large = enqueue(predicted(110, 0));
    Sequence before = enqueue(predicted(10, 10 * SECOND - 1_000_000));
    Sequence after = enqueue(predicted(10, 10 * SECOND + 1_000_000));

    assertThat(policy.waiting()).containsExactly(before, large, after);
  }

  @Test
  void ageingOfNothing_lestLargeOnesWaitForever_isTheOperatorsChoice() {
    SjfPolicy strict = new SjfPolicy(new SjfProperties(0, 1));
    Sequence large = predicted(110, 0);
    Sequence small = predicted(109, 1000 * SECOND);
    strict.enqueue(large);
    strict.enqueue(small);

    assertThat(strict.waiting()).containsExactly(small, large);
  }

  @Test
  void preemptedOne_goesBeforeAllThatHaveNeverRun() {
    Sequence small = enqueue(predicted(1, 0));
    Sequence again = preempted(predicted(500, 5 * SECOND), 2);
    policy.requeue(again);

    assertThat(policy.waiting()).containsExactly(again, small);
  }

  @Test
  void preemptedOne_thatLeaves_isFound() {
    Sequence small = enqueue(predicted(1, 0));
    Sequence again = preempted(predicted(500, 0), 2);
    policy.requeue(again);

    policy.remove(again);

    assertThat(policy.waiting()).containsExactly(small);
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.remove(again))
        .withMessage("sequence %s does not wait", again.request().id());
  }

  @Test
  void sequences_withEqualKeys_allWaitAndLeaveByThemselves() {
    Sequence one = enqueue(predicted(5, SECOND));
    Sequence two = enqueue(predicted(5, SECOND));

    assertThat(policy.waiting()).containsExactlyInAnyOrder(one, two);
    assertThatIllegalStateException()
        .isThrownBy(() -> policy.enqueue(two))
        .withMessageContaining("waits twice");
    policy.remove(one);
    assertThat(policy.waiting()).containsExactly(two);
  }

  @Test
  void oneThatLoads_isPassed_andOneWithoutRoomIsNot() {
    Sequence loads = enqueue(predicted(1, 0));
    Sequence refused = enqueue(predicted(2, 0));
    Sequence starts = enqueue(predicted(3, 0));
    Sequence blocked = enqueue(predicted(4, 0));
    Sequence last = enqueue(predicted(5, 0));
    batch.answer(loads, StartOutcome.LOADING);
    batch.answer(refused, StartOutcome.REFUSED);
    batch.answer(blocked, StartOutcome.NO_ROOM);

    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(loads, refused, starts, blocked);
    assertThat(policy.waiting()).containsExactly(loads, blocked, last);
  }

  @Test
  void admission_withAPeriod_looksEverySoManySteps() {
    SjfPolicy seldom = new SjfPolicy(new SjfProperties(10, 2));
    batch.runs(predicted(9, 0));
    Sequence waits = predicted(1, 0);
    seldom.enqueue(waits);

    seldom.admit(batch);
    seldom.stepped(null, 0);
    seldom.admit(batch);
    assertThat(batch.takeTried()).isEmpty();

    seldom.stepped(null, 0);
    seldom.admit(batch);
    assertThat(batch.takeTried()).containsExactly(waits);
  }

  @Test
  void admission_withAPeriod_looksAtOnceWhereNothingRuns() {
    SjfPolicy seldom = new SjfPolicy(new SjfProperties(10, 1000));
    Sequence waits = predicted(1, 0);
    seldom.enqueue(waits);

    seldom.admit(batch);

    assertThat(batch.takeTried()).containsExactly(waits);
  }

  @Test
  void scheduler_withOnePlace_runsTheShortestFirst() {
    SchedulerFixture world = new SchedulerFixture(new SchedulingLimits(16, 1, 8, 8), 256, policy);
    Sequence large = world.enqueue(request(2, 9), new RequestSize(2, 9));
    Sequence small = world.enqueue(request(2, 3), new RequestSize(2, 3));

    world.step();

    assertThat(small.status()).isEqualTo(SequenceStatus.RUNNING);
    assertThat(large.status()).isEqualTo(SequenceStatus.WAITING);
    world.runToEnd();
    assertThat(world.output(large).tokens()).hasSize(9);
  }

  private Sequence enqueue(Sequence sequence) {
    policy.enqueue(sequence);
    return sequence;
  }
}
