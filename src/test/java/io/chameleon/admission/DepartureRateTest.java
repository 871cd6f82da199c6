package io.chameleon.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DepartureRateTest {

  private final DepartureRate rate = new DepartureRate();

  private long now;

  @Test
  void time_withoutMeasurement_isTheShortest() {
    assertThat(rate.timeFor(100)).isEqualTo(DepartureRate.SHORTEST);
    departed(1, 5, Duration.ofSeconds(9));
    assertThat(rate.timeFor(100)).isEqualTo(DepartureRate.SHORTEST);
  }

  @Test
  void time_ofSteadyDepartures_isInProportion() {
    departed(1, 5, Duration.ZERO);
    departed(2, 5, Duration.ofMillis(500));

    assertThat(rate.timeFor(10)).isEqualTo(Duration.ofMillis(2500));
  }

  @Test
  void time_followsChangesSlowly() {
    departed(1, 5, Duration.ZERO);
    departed(1, 5, Duration.ofMillis(100));
    departed(1, 5, Duration.ofMillis(200));

    assertThat(rate.timeFor(100)).isEqualTo(Duration.ofSeconds(12));
  }

  @Test
  void time_whileNobodyWaited_isNotCounted() {
    departed(1, 5, Duration.ZERO);
    departed(1, 0, Duration.ofMillis(100));
    departed(1, 5, Duration.ofHours(1));
    departed(1, 5, Duration.ofMillis(100));

    assertThat(rate.timeFor(100)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void time_isBounded() {
    departed(1, 5, Duration.ZERO);
    departed(1, 5, Duration.ofSeconds(10));

    assertThat(rate.timeFor(100)).isEqualTo(DepartureRate.LONGEST);
    assertThat(rate.timeFor(0)).isEqualTo(DepartureRate.SHORTEST);
  }

  private void departed(int count, int stillWaiting, Duration later) {
    now += later.toNanos();
    rate.departed(count, stillWaiting, now);
  }
}
