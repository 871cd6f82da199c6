package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Since which step others have not waited for a sequence's cells. */
class PassedOverTest {

  @Test
  void sequence_passedOverAgainAndAgain_countsFromTheFirstTime() {
    Sequence sequence = Sequences.waiting(4, 8);
    assertThat(sequence.passedOverSince(3)).as("never").isEqualTo(3);

    sequence.passOver(3);
    sequence.passOver(3);
    sequence.passOver(7);

    assertThat(sequence.passedOverSince(9)).isEqualTo(3);
  }

  @Test
  void sequence_thatHasRunSince_countsAnew() {
    Sequence sequence = Sequences.waiting(4, 8);
    sequence.passOver(3);

    Sequences.started(sequence);

    assertThat(sequence.passedOverSince(9)).isEqualTo(9);
  }
}
