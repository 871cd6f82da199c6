package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.adapter.eviction.MeasuredStalls.Measured;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MeasuredStallsTest {

  private static final long MILLI = 1_000_000;

  private final MeasuredStalls measured = new MeasuredStalls(5_000, Duration.ofMillis(10));

  @Test
  void since_theBeginning_tellsAll() {
    for (int i = 0; i < 100; i++) {
      measured.asked(i, i % 4 > 0);
    }
    measured.stalled(5 * MILLI);
    measured.stalled(20 * MILLI);

    Measured all = measured.since(0);

    assertThat(all.requests()).isEqualTo(100);
    assertThat(all.hitRate()).isEqualTo(0.75);
    assertThat(all.meanStallMillis()).isEqualTo(0.25, within(1e-9));
    assertThat(all.overTargetShare()).isEqualTo(0.01, within(1e-9));
  }

  @Test
  void since_aLaterMoment_leavesOutWhatWasBefore() {
    int early = 3 * MeasuredStalls.MARK;
    for (int i = 0; i < early; i++) {
      measured.asked(i, false);
    }
    measured.stalled(MILLI);
    for (int i = 0; i < 500; i++) {
      measured.asked(early + i, true);
    }

    Measured late = measured.since(early);

    assertThat(late.sinceNanos()).isEqualTo(early);
    assertThat(late.requests()).isEqualTo(500);
    assertThat(late.hitRate()).isEqualTo(1);
    assertThat(late.meanStallMillis()).isZero();
  }

  @Test
  void since_beforeTheOldestMark_beginsThere() {
    int all = 50_000;
    for (int i = 0; i < all; i++) {
      measured.asked(i, true);
    }

    Measured kept = measured.since(0);

    assertThat(kept.requests()).isBetween(5_000L, 5_000L + 3 * MeasuredStalls.MARK);
    assertThat(all - kept.sinceNanos()).isEqualTo(kept.requests());
  }

  @Test
  void since_withoutRequests_isNothing() {
    Measured none = measured.since(0);

    assertThat(none.requests()).isZero();
    assertThat(none.hitRate()).isZero();
    assertThat(none.meanStallMillis()).isZero();
  }
}
