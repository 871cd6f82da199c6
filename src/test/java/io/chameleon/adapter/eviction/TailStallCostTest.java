package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TailStallCostTest {

  private static final double MILLI = 1e6;

  private static final LoadTime SHORT = new LoadTime(2 * MILLI, 0.1);

  private static final LoadTime LONG = new LoadTime(24 * MILLI, 0.1);

  @Test
  void cost_farUnderTheTarget_isTheMean() {
    StallCost cost = new TailStallCost(Duration.ofSeconds(1));

    assertThat(cost.expectedNanos(SHORT)).isCloseTo(2 * MILLI, within(1e-3 * MILLI));
    assertThat(cost.expectedNanos(LONG)).isCloseTo(24 * MILLI, within(1e-3 * MILLI));
  }

  @Test
  void cost_farOverTheTarget_ranksAsTheMean() {
    StallCost cost = new TailStallCost(Duration.ofNanos(1_000));

    assertThat(cost.expectedNanos(LONG) / cost.expectedNanos(SHORT)).isCloseTo(12, within(0.1));
  }

  @Test
  void cost_onBothSidesOfTheTarget_setsThemFarApart() {
    StallCost cost = new TailStallCost(Duration.ofMillis(10));

    assertThat(cost.expectedNanos(SHORT)).isCloseTo(2 * MILLI, within(0.01 * MILLI));
    assertThat(cost.expectedNanos(LONG)).isCloseTo(144 * MILLI, within(0.01 * MILLI));
  }

  @Test
  void cost_atTheTarget_growsWithTheSpread() {
    StallCost cost = new TailStallCost(Duration.ofMillis(10));

    assertThat(cost.expectedNanos(new LoadTime(7 * MILLI, 0.5)))
        .isGreaterThan(cost.expectedNanos(new LoadTime(7 * MILLI, 0.1)));
  }
}
