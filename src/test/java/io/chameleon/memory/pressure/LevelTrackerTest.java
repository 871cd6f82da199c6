package io.chameleon.memory.pressure;

import static io.chameleon.memory.pressure.PressureLevel.CRITICAL;
import static io.chameleon.memory.pressure.PressureLevel.ELEVATED;
import static io.chameleon.memory.pressure.PressureLevel.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LevelTrackerTest {

  private static final PressureThresholds THRESHOLDS = new PressureThresholds(0.8, 0.7, 0.95, 0.9);

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration HOLD = Duration.ofSeconds(5);

  private static final double BELOW = 1e-9;

  private final LevelTracker tracker = new LevelTracker(THRESHOLDS, HOLD, START);

  private Duration now = Duration.ZERO;

  @Test
  void level_exactlyAtItsRise_isEntered() {
    assertThat(after(0.8 - BELOW)).isEqualTo(NORMAL);
    assertThat(after(0.8)).isEqualTo(ELEVATED);
    assertThat(after(0.95 - BELOW)).isEqualTo(ELEVATED);
    assertThat(after(0.95)).isEqualTo(CRITICAL);
  }

  @Test
  void level_valueFarUp_isEnteredAtOnce() {
    assertThat(after(3)).isEqualTo(CRITICAL);
    assertThat(tracker.since()).isEqualTo(START);
  }

  @Test
  void level_exactlyAtItsFall_staysForEver() {
    after(0.85);

    assertThat(afterSeconds(100, 0.7)).isEqualTo(ELEVATED);
    assertThat(afterSeconds(6, 0.7 - BELOW)).isEqualTo(NORMAL);
  }

  @Test
  void level_lowForLessThanTheHold_stays() {
    after(0.85);
    after(0.5);
    pass(HOLD.minusNanos(1));
    assertThat(after(0.5)).isEqualTo(ELEVATED);
    pass(Duration.ofNanos(1));
    assertThat(after(0.5)).isEqualTo(NORMAL);
    assertThat(tracker.since()).isEqualTo(START.plus(HOLD));
  }

  @Test
  void level_lowFromTheTop_fallsAStepForEachHold() {
    after(1);
    after(0);
    pass(HOLD);
    assertThat(after(0)).isEqualTo(ELEVATED);
    pass(HOLD.minusNanos(1));
    assertThat(after(0)).isEqualTo(ELEVATED);
    pass(Duration.ofNanos(1));
    assertThat(after(0)).isEqualTo(NORMAL);
  }

  @Test
  void level_betweenTheFalls_leavesCriticalAlone() {
    after(1);

    assertThat(afterSeconds(100, 0.8)).isEqualTo(ELEVATED);
  }

  @Test
  void level_flappingWithinTheHold_neverFalls() {
    after(1);
    for (int i = 0; i < 100; i++) {
      assertThat(afterSeconds(4, 0.1)).isEqualTo(CRITICAL);
      assertThat(after(0.92)).isEqualTo(CRITICAL);
      pass(Duration.ofSeconds(1));
    }
  }

  @Test
  void level_riseWhileFalling_startsAnew() {
    after(1);
    afterSeconds(6, 0.1);
    assertThat(tracker.level()).isEqualTo(ELEVATED);
    assertThat(after(0.95)).isEqualTo(CRITICAL);
    assertThat(afterSeconds(4, 0.1)).isEqualTo(CRITICAL);
  }

  @Test
  void level_gapBetweenTwoLowSamples_fallsOneStepOnly() {
    after(1);
    after(0.1);
    pass(Duration.ofHours(1));

    assertThat(after(0.1)).isEqualTo(ELEVATED);
  }

  @Test
  void level_firstLowSampleAfterAGap_stays() {
    after(1);
    pass(Duration.ofHours(1));

    assertThat(after(0.1)).isEqualTo(CRITICAL);
  }

  @Test
  void absent_atNormal_isNormal() {
    for (int i = 0; i < 20; i++) {
      assertThat(absent()).isEqualTo(NORMAL);
      pass(Duration.ofSeconds(1));
    }
    assertThat(tracker.since()).isEqualTo(START);
  }

  @Test
  void absent_once_breaksARunOfLowSamples() {
    after(0.85);
    afterSeconds(4, 0.1);
    absent();
    pass(Duration.ofSeconds(1));

    assertThat(afterSeconds(4, 0.1)).isEqualTo(ELEVATED);
    assertThat(afterSeconds(2, 0.1)).isEqualTo(NORMAL);
  }

  @Test
  void absent_forTheHold_fallsAStep() {
    after(1);
    absent();
    pass(HOLD.minusNanos(1));
    assertThat(absent()).isEqualTo(CRITICAL);
    pass(Duration.ofNanos(1));
    assertThat(absent()).isEqualTo(ELEVATED);
    pass(HOLD);
    assertThat(absent()).isEqualTo(NORMAL);
  }

  @Test
  void hold_ofNothing_fallsAStepASample() {
    LevelTracker quick = new LevelTracker(THRESHOLDS, Duration.ZERO, START);
    quick.sample(new SignalReading.Share(1), 0, START);
    quick.sample(new SignalReading.Share(0), 0, START);
    assertThat(quick.level()).isEqualTo(ELEVATED);
    quick.sample(new SignalReading.Share(0), 0, START);
    assertThat(quick.level()).isEqualTo(NORMAL);
  }

  @Test
  void clock_aboutToOverflow_holdsAllTheSame() {
    LevelTracker late = new LevelTracker(THRESHOLDS, HOLD, START);
    late.sample(new SignalReading.Share(0.85), Long.MAX_VALUE - 1, START);
    late.sample(new SignalReading.Share(0), Long.MAX_VALUE, START);
    late.sample(new SignalReading.Share(0), Long.MAX_VALUE + HOLD.toNanos() - 1, START);
    assertThat(late.level()).isEqualTo(ELEVATED);
    late.sample(new SignalReading.Share(0), Long.MAX_VALUE + HOLD.toNanos(), START);
    assertThat(late.level()).isEqualTo(NORMAL);
  }

  @Test
  void level_anyInput_isNeverBelowWhatTheValueReachesAndFallsByOne() {
    long seed = 20261125;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    PressureLevel before = NORMAL;
    for (int i = 0; i < 100_000; i++) {
      double value = random.nextDouble() * 1.2;
      boolean isAbsent = random.nextInt(10) == 0;
      PressureLevel level = isAbsent ? absent() : after(value);
      assertThat(before.number() - level.number()).isLessThanOrEqualTo(1);
      if (!isAbsent) {
        assertThat(level).isGreaterThanOrEqualTo(NORMAL.risenTo(value, THRESHOLDS));
      }
      before = level;
      pass(Duration.ofMillis(random.nextInt(4000)));
    }
  }

  @Test
  void normal_cannotFall() {
    assertThatThrownBy(NORMAL::fallen)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a level that is NORMAL cannot fall");
  }

  @Test
  void worst_isTheHighest_andNormalOfNone() {
    assertThat(PressureLevel.worst(List.of())).isEqualTo(NORMAL);
    assertThat(PressureLevel.worst(List.of(ELEVATED, CRITICAL, NORMAL))).isEqualTo(CRITICAL);
  }

  /** Samples this value once a second, from now and for so long. */
  private PressureLevel afterSeconds(int seconds, double value) {
    for (int i = 0; i < seconds; i++) {
      after(value);
      pass(Duration.ofSeconds(1));
    }
    return tracker.level();
  }

  private PressureLevel after(double value) {
    return take(new SignalReading.Share(value));
  }

  private PressureLevel absent() {
    return take(new SignalReading.Absent("gone"));
  }

  private PressureLevel take(SignalReading reading) {
    tracker.sample(reading, now.toNanos(), START.plus(now));
    return tracker.level();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
