package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** For how many steps others have not waited for a sequence's cells. */
class PassedOverTest {

  @Test
  void sequence_passedOverAgainAndAgain_countsTheStepsHoweverSeldomItWasTried() {
    Sequence sequence = Sequences.waiting(4, 8);
    assertThat(sequence.passedOver(3)).as("never").isZero();

    sequence.passOver(3);
    sequence.passOver(3);
    assertThat(sequence.passedOver(7)).isEqualTo(4);
    sequence.passOver(7);

    assertThat(sequence.passedOver(17)).isEqualTo(14);
  }

  @Test
  void sequence_thatLacksSomethingElse_doesNotCountThoseSteps() {
    Sequence sequence = Sequences.waiting(4, 8);
    sequence.passOver(3);
    sequence.lacksOther(5);
    assertThat(sequence.passedOver(100)).isEqualTo(2);
    sequence.lacksOther(100);

    sequence.passOver(101);
    assertThat(sequence.passedOver(101)).isEqualTo(2);
    assertThat(sequence.passedOver(104)).isEqualTo(5);
  }

  @Test
  void sequence_thatHasRunSince_countsAnew() {
    Sequence sequence = Sequences.waiting(4, 8);
    sequence.passOver(3);

    Sequences.started(sequence);

    assertThat(sequence.passedOver(9)).isZero();
  }
}
