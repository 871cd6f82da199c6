package io.chameleon.scheduling;

import static io.chameleon.scheduling.Sequences.adapted;
import static io.chameleon.scheduling.Sequences.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FifoPolicyTest {

  private final FakeBatch batch = new FakeBatch(1000);

  private FifoPolicy policy = new FifoPolicy(FifoProperties.DEFAULT, FairnessProperties.DEFAULT);

  @Test
  void sequences_startInTheOrderOfTheirComing_asManyAsHavePlace() {
    Sequence a = enqueue(waiting(1, 9));
    Sequence b = enqueue(waiting(1, 1));
    Sequence c = enqueue(waiting(1, 5));

    policy.admit(batch.places(2));

    assertThat(batch.takeTried()).containsExactly(a, b);
    assertThat(policy.waiting()).containsExactly(c);
  }

  @Test
  void head_withoutRoom_isPassedByNobody() {
    Sequence head = enqueue(waiting(1, 9));
    Sequence base = enqueue(waiting(1, 1));
    batch.answer(head, StartOutcome.NO_ROOM);

    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(head);
    assertThat(policy.waiting()).containsExactly(head, base);
  }

  @Test
  void oneThatLoads_isPassedAndKeepsItsPlace() {
    Sequence loads = enqueue(resident(false));
    Sequence refused = enqueue(waiting(1, 1));
    Sequence next = enqueue(waiting(1, 1));
    batch.answer(loads, StartOutcome.LOADING).answer(refused, StartOutcome.REFUSED);

    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(loads, refused, next);
    assertThat(policy.waiting()).containsExactly(loads);
  }

  @Test
  void preemptedOne_goesBeforeAllOthers() {
    Sequence first = enqueue(waiting(1, 1));
    Sequence again = waiting(1, 1);
    policy.requeue(again);

    assertThat(policy.waiting()).containsExactly(again, first);
    policy.remove(again);
    assertThat(policy.waiting()).containsExactly(first);
  }

  @Test
  void headWithoutRoom_whereResidentMayPass_isPassedByThoseAlone() {
    policy = new FifoPolicy(new FifoProperties(true, 64), FairnessProperties.DEFAULT);
    Sequence head = enqueue(resident(false));
    Sequence absent = enqueue(resident(false));
    Sequence here = enqueue(resident(true));
    Sequence tooLarge = enqueue(waiting(1, 500));
    Sequence base = enqueue(waiting(1, 1));
    batch.answer(head, StartOutcome.NO_ROOM).answer(tooLarge, StartOutcome.NO_ROOM);

    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(head, here, tooLarge, base);
    assertThat(policy.waiting()).containsExactly(head, absent, tooLarge);
  }

  @Test
  void lookBehindABlockedHead_endsAtItsBound() {
    policy = new FifoPolicy(new FifoProperties(true, 2), FairnessProperties.DEFAULT);
    Sequence before = enqueue(waiting(1, 1));
    Sequence head = enqueue(resident(false));
    Sequence absent = enqueue(resident(false));
    Sequence second = enqueue(waiting(1, 1));
    Sequence third = enqueue(waiting(1, 1));
    batch.answer(head, StartOutcome.NO_ROOM);

    policy.admit(batch);

    assertThat(batch.takeTried())
        .as("absent is one of the two")
        .containsExactly(before, head, second);
    assertThat(policy.waiting()).containsExactly(head, absent, third);
  }

  @Test
  void lookBehindABlockedHead_beginsAnewInEachPass() {
    policy = new FifoPolicy(new FifoProperties(true, 1), FairnessProperties.DEFAULT);
    Sequence head = enqueue(resident(false));
    Sequence first = enqueue(waiting(1, 1));
    Sequence second = enqueue(waiting(1, 1));
    batch.answer(head, StartOutcome.NO_ROOM);

    policy.admit(batch);
    assertThat(batch.takeTried()).containsExactly(head, first);
    policy.admit(batch);

    assertThat(batch.takeTried()).containsExactly(head, second);
  }

  private static Sequence resident(boolean resident) {
    Sequence sequence = adapted("a", 4, 1, 1);
    sequence.pin(new FixedLease(resident));
    return sequence;
  }

  private Sequence enqueue(Sequence sequence) {
    policy.enqueue(sequence);
    return sequence;
  }
}
