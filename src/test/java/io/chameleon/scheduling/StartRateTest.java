package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.admission.RequestSize;
import io.chameleon.admission.WaitEstimate;
import org.junit.jupiter.api.Test;

/** How long a queue takes, from how fast it has lately moved. */
class StartRateTest {

  private static final RequestSize SIZE = new RequestSize(60, 40);

  private static final long MS = 1_000_000;

  private final StartRate rate = new StartRate();

  @Test
  void estimate_beforeAnythingWasMeasured_isThatNobodyWaits() {
    assertThat(rate.pass(0, 5000, 0)).isSameAs(WaitEstimate.NONE);
  }

  @Test
  void estimate_ofAQueueThatMoves_isItsTokensByTheRate() {
    // 1,000 tokens in 10 ms; 4,000 are left: 40 ms.
    var _ = rate.pass(0, 5000, 0);
    WaitEstimate estimate = rate.pass(1000, 4000, 10 * MS);

    assertThat(estimate.nanosUntilStart(SIZE, 0)).isEqualTo(40 * MS);
  }

  @Test
  void estimate_withOthersAdmittedSince_countsThem() {
    var _ = rate.pass(0, 5000, 0);
    WaitEstimate estimate = rate.pass(1000, 4000, 10 * MS);
    estimate.admitted(SIZE, 0);

    assertThat(estimate.nanosUntilStart(SIZE, 0)).isEqualTo(41 * MS);
  }

  @Test
  void estimate_ofAnEmptyQueue_isNoWait() {
    var _ = rate.pass(0, 5000, 0);
    var _ = rate.pass(1000, 4000, 10 * MS);

    assertThat(rate.pass(5000, 0, 50 * MS).nanosUntilStart(SIZE, 0)).isZero();
  }

  @Test
  void estimate_afterAPauseWithoutAQueue_isNotSlower() {
    var _ = rate.pass(0, 1000, 0);
    var _ = rate.pass(1000, 0, 10 * MS);
    // An hour later somebody waits again: the hour says nothing of the service.
    WaitEstimate estimate = rate.pass(1000, 2000, 3_600_000 * MS);

    assertThat(estimate.nanosUntilStart(SIZE, 0)).isEqualTo(20 * MS);
  }

  @Test
  void estimate_whenTheServiceSlowsDown_followsWithinAMinute() {
    var _ = rate.pass(0, 1_000_000, 0);
    long started = 0;
    long now = 0;
    for (int i = 0; i < 1000; i++) {
      started += 1000;
      now += 10 * MS;
      var _ = rate.pass(started, 1000, now);
    }
    for (int i = 0; i < 1000; i++) {
      started += 1000;
      now += 60 * MS;
      var _ = rate.pass(started, 1000, now);
    }

    assertThat((double) rate.pass(started, 1000, now).nanosUntilStart(SIZE, 0))
        .isCloseTo(60 * MS, within(1.0 * MS));
  }
}
