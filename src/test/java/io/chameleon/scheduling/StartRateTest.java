package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** How fast a queue has lately moved. */
class StartRateTest {

  private static final long MS = 1_000_000;

  private final StartRate rate = new StartRate();

  @Test
  void rate_beforeAnythingWasMeasured_isNotKnown() {
    rate.pass(0, 5000, 0);

    assertThat(rate.isKnown()).isFalse();
    assertThat(rate.nanosPerToken()).isInfinite();
  }

  @Test
  void rate_ofAQueueThatMoves_isItsTimeByItsTokens() {
    rate.pass(0, 5000, 0);
    rate.pass(1000, 4000, 10 * MS);

    assertThat(rate.nanosPerToken()).isEqualTo(10_000);
  }

  @Test
  void rate_afterAPauseWithoutAQueue_isNotSlower() {
    rate.pass(0, 1000, 0);
    rate.pass(1000, 0, 10 * MS);
    // An hour later somebody waits again: the hour says nothing of the service.
    rate.pass(1000, 2000, 3_600_000 * MS);

    assertThat(rate.nanosPerToken()).isEqualTo(10_000);
  }

  @Test
  void rate_ofAQueueThatStandsStill_falls() {
    rate.pass(0, 1000, 0);
    rate.pass(100, 900, 10 * MS);
    rate.pass(100, 900, 110 * MS);

    assertThat(rate.nanosPerToken()).isCloseTo(1_100_000, within(15_000.0));
  }

  @Test
  void rate_whenTheServiceSlowsDown_followsWithinAMinute() {
    rate.pass(0, 1_000_000, 0);
    long started = 0;
    long now = 0;
    for (int i = 0; i < 1000; i++) {
      started += 1000;
      now += 10 * MS;
      rate.pass(started, 1000, now);
    }
    for (int i = 0; i < 1000; i++) {
      started += 1000;
      now += 60 * MS;
      rate.pass(started, 1000, now);
    }
    rate.pass(started, 1000, now);

    assertThat(rate.nanosPerToken()).isCloseTo(60_000, within(1000.0));
  }
}
