package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class SequenceStatusTest {

  @Test
  void moves_thatAreLegal_lead() {
    assertThat(SequenceStatus.WAITING.start()).isEqualTo(SequenceStatus.RUNNING);
    assertThat(SequenceStatus.RUNNING.preempt()).isEqualTo(SequenceStatus.WAITING);
    assertThat(SequenceStatus.WAITING.end()).isEqualTo(SequenceStatus.ENDED);
    assertThat(SequenceStatus.RUNNING.end()).isEqualTo(SequenceStatus.ENDED);
  }

  @Test
  void moves_thatAreIllegal_throw() {
    assertThatIllegalStateException().isThrownBy(SequenceStatus.RUNNING::start);
    assertThatIllegalStateException().isThrownBy(SequenceStatus.ENDED::start);
    assertThatIllegalStateException().isThrownBy(SequenceStatus.WAITING::preempt);
    assertThatIllegalStateException().isThrownBy(SequenceStatus.ENDED::preempt);
    assertThatIllegalStateException()
        .isThrownBy(SequenceStatus.ENDED::end)
        .withMessage("a sequence that is ENDED cannot end");
  }
}
