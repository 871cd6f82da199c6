package io.chameleon.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServiceTermsTest {

  @Test
  void request_withoutTerms_isOnTheOrdinaryOnes() {
    InferenceRequest request =
        new InferenceRequest("r", null, new int[] {1}, 1, SamplingParams.greedy());

    assertThat(request.terms()).isEqualTo(new ServiceTerms(null, 0, null));
  }

  @Test
  void deadline_notOver0_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServiceTerms(Duration.ZERO, 0, null))
        .withMessage("deadline of PT0S for the first token; it must be over 0");
  }

  @Test
  void fairnessKey_empty_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServiceTerms(null, 0, ""))
        .withMessage("fairness key of 0 characters; it must have at least 1");
  }
}
