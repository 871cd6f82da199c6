package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RefusalTimingTest {

  @Test
  void header_ofARefusal_hasItsReasonAndItsParts() {
    RefusalTiming timing =
        RefusalTiming.parse("refused;desc=expired;dur=12.5, thread;dur=1.25, plan;dur=2.0");

    assertThat(timing.isEndedLate()).isTrue();
    assertThat(timing.millis(RefusalTiming.WHOLE)).isEqualTo(12.5);
    assertThat(timing.millis("thread")).isEqualTo(1.25);
    assertThat(timing.millis("decide")).isZero();
  }

  @Test
  void header_ofARequestThatWasNotLetIn_isNoLateEnd() {
    assertThat(RefusalTiming.parse("refused;desc=queue_full;dur=1.0").isEndedLate()).isFalse();
    assertThat(RefusalTiming.parse(null)).isEqualTo(RefusalTiming.UNKNOWN);
  }
}
