package io.chameleon.serving;

import static io.chameleon.serving.DrainStatus.IDLE;
import static io.chameleon.serving.DrainStatus.PROCESSING_TO_IDLE;
import static io.chameleon.serving.DrainStatus.PROCESSING_TO_REQUIRED;
import static io.chameleon.serving.DrainStatus.REQUIRED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrainStatusTest {

  @Test
  void signal_whenIdle_requiresAPass() {
    assertThat(IDLE.onSignal()).isEqualTo(REQUIRED);
    assertThat(REQUIRED.onSignal()).isEqualTo(REQUIRED);
  }

  @Test
  void signal_duringPass_isNotLost() {
    DrainStatus signalled = PROCESSING_TO_IDLE.onSignal();

    assertThat(signalled).isEqualTo(PROCESSING_TO_REQUIRED);
    assertThat(signalled.onSignal()).isEqualTo(PROCESSING_TO_REQUIRED);
    assertThat(signalled.onPassEnd(false)).isEqualTo(REQUIRED);
  }

  @Test
  void passEnd_withWorkLeft_requiresAnother() {
    assertThat(PROCESSING_TO_IDLE.onPassEnd(true)).isEqualTo(REQUIRED);
    assertThat(PROCESSING_TO_IDLE.onPassEnd(false)).isEqualTo(IDLE);
  }

  @ParameterizedTest
  @EnumSource(names = {"IDLE", "REQUIRED"})
  void pass_whenNoneIsMade_mayStartAndNotEnd(DrainStatus status) {
    assertThat(status.onPassStart()).isEqualTo(PROCESSING_TO_IDLE);
    assertThatIllegalStateException().isThrownBy(() -> status.onPassEnd(false));
  }

  @ParameterizedTest
  @EnumSource(names = {"PROCESSING_TO_IDLE", "PROCESSING_TO_REQUIRED"})
  void pass_whenOneIsMade_mayNotStart(DrainStatus status) {
    assertThatIllegalStateException().isThrownBy(status::onPassStart);
  }
}
