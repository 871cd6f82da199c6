package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BypassRuleTest {

  private static final BypassRule BOTH = new BypassRule(true, true);

  private final FreeTimeEstimate estimate = new FreeTimeEstimate();

  @Test
  void younger_thatEndsBeforeMemoryIsFree_mayPass() {
    assertThat(BOTH.mayPass(0, 2.0, 1.9)).isTrue();
    assertThat(BOTH.mayPass(0, 2.0, 2.0)).isFalse();
    assertThat(BOTH.mayPass(0, 2.0, 2.1)).isFalse();
    assertThat(BOTH.mayPass(0, Double.POSITIVE_INFINITY, 99)).isTrue();
  }

  @Test
  void younger_behindOneThatHasPassed_mayNotPass() {
    assertThat(BOTH.mayPass(1, 2.0, 1.0)).isFalse();
    assertThat(new BypassRule(false, true).mayPass(0, 2.0, 1.0)).isFalse();
  }

  @Test
  void passing_whoseMemoryIsAllThatIsMissing_mustGiveWay() {
    // 30 + 50 >= 80
    assertThat(BOTH.mustGiveWay(30, 50, 80)).isTrue();
    assertThat(BOTH.mustGiveWay(30, 50, 81)).isFalse();
    assertThat(new BypassRule(true, false).mustGiveWay(30, 50, 80)).isFalse();
  }

  @Test
  void memory_ofRunningRequests_isFreeWhenEnoughHaveEnded() {
    estimate.add(40, 100);
    estimate.add(10, 20);
    estimate.add(25, 60);

    // 5 are free; +10 after 20 tokens, +25 after 60, +40 after 100; a token takes 0.03 s.
    assertThat(estimate.secondsUntilFree(5, 5, 0.03)).isZero();
    assertThat(estimate.secondsUntilFree(6, 5, 0.03)).isCloseTo(0.6, within(1e-12));
    assertThat(estimate.secondsUntilFree(15, 5, 0.03)).isCloseTo(0.6, within(1e-12));
    assertThat(estimate.secondsUntilFree(16, 5, 0.03)).isCloseTo(1.8, within(1e-12));
    assertThat(estimate.secondsUntilFree(41, 5, 0.03)).isCloseTo(3.0, within(1e-12));
    assertThat(estimate.secondsUntilFree(81, 5, 0.03)).isInfinite();
  }

  @Test
  void request_pastItsPrediction_endsWithTheNextToken() {
    estimate.add(10, -7);

    assertThat(estimate.secondsUntilFree(10, 0, 0.5)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void estimate_ofMany_isUsedAgain() {
    for (int i = 0; i < 1000; i++) {
      estimate.add(2, 1000 - i);
    }
    // The 500 with least left have 1 to 500 tokens.
    assertThat(estimate.secondsUntilFree(1000, 0, 1)).isCloseTo(500, within(1e-9));
    estimate.clear();
    estimate.add(Integer.MAX_VALUE, 3);

    assertThat(estimate.secondsUntilFree(1000, 0, 1)).isCloseTo(3, within(1e-9));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> estimate.add(-1, 3))
        .withMessageContaining("-1 cells");
  }
}
