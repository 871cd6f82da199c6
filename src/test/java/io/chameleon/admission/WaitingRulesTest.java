package io.chameleon.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long requests may wait, by their class. */
class WaitingRulesTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void maxWait_ofAClass_isItsShareOfTheLargest() {
    WaitingRules rules = new WaitingRules(Duration.ZERO, Duration.ofSeconds(60), List.of(), true);

    assertThat(rules.maxWaitNanos(0, 1)).isEqualTo(60 * SECOND);
    assertThat(rules.maxWaitNanos(0, 4)).isEqualTo(15 * SECOND);
    assertThat(rules.maxWaitNanos(3, 4)).isEqualTo(60 * SECOND);
    assertThat(rules.maxWaitNanos(9, 4)).as("of a class that is gone").isEqualTo(60 * SECOND);
  }

  @Test
  void maxWait_givenForEachClass_isThatAndTheLastForAllOthers() {
    List<Duration> waits = List.of(Duration.ofSeconds(2), Duration.ofSeconds(9));
    WaitingRules rules = new WaitingRules(Duration.ZERO, Duration.ofSeconds(60), waits, true);

    assertThat(rules.maxWaitNanos(0, 4)).isEqualTo(2 * SECOND);
    assertThat(rules.maxWaitNanos(1, 4)).isEqualTo(9 * SECOND);
    assertThat(rules.maxWaitNanos(3, 4)).isEqualTo(9 * SECOND);
  }

  @Test
  void maxWait_whereThereIsNone_isNever() {
    assertThat(WaitingRules.NONE.maxWaitNanos(0, 1)).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void rules_outOfRange_nameTheValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WaitingRules(Duration.ZERO, Duration.ofNanos(-1), List.of(), true))
        .withMessage("longest wait of PT-0.000000001S; it must not be negative");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new WaitingRules(Duration.ZERO, Duration.ZERO, List.of(Duration.ZERO), true))
        .withMessage("longest wait of PT0S for a size class; it must be over 0");
  }

  @Test
  void limit_leavesTimeForThePrefill() {
    WaitLimit limit = new WaitLimit(10, 8);

    assertThat(limit.latestStartNanos(1)).isEqualTo(8);
    assertThat(limit.latestStartNanos(4)).isEqualTo(6);
    assertThat(limit.latestStartNanos(14)).isEqualTo(-4);
    assertThat(limit.isNone()).isFalse();
    assertThat(WaitLimit.NONE.latestStartNanos(5)).isEqualTo(Long.MAX_VALUE);
    assertThat(WaitLimit.NONE.isNone()).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> new WaitLimit(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new WaitLimit(1, 0));
  }

  @Test
  void sizeClass_thatEndsBeforeItBegins_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SizeClass(0, "none", 2, 1))
        .withMessageContaining("from 2.0 to below 1.0");
  }
}
