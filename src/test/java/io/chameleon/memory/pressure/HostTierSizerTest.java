package io.chameleon.memory.pressure;

import static io.chameleon.memory.pressure.PressureLevel.CRITICAL;
import static io.chameleon.memory.pressure.PressureLevel.ELEVATED;
import static io.chameleon.memory.pressure.PressureLevel.NORMAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTierSizerTest {

  private static final HostTierSizer SIZER = new HostTierSizer(1600, 100, 100);

  private static final List<PressureLevel> LEVELS = List.of(PressureLevel.values());

  /** Extremes, and what lies between them. */
  private static final long[] BYTES = {0, 1, 99, 1600, 1 << 30, Long.MAX_VALUE - 1, Long.MAX_VALUE};

  @ParameterizedTest
  @CsvSource({
    "NORMAL,   1600, 1600, 0,    1600, full",
    "NORMAL,   1550, 0,    0,    1600, the last step is short",
    "NORMAL,   0,    0,    -50,  100,  a step",
    "ELEVATED, 1600, 800,  300,  1500, a step towards what others leave",
    "ELEVATED, 1150, 800,  300,  1100, what others leave is nearer than a step",
    "ELEVATED, 1000, 800,  300,  1000, others leave more: no growth",
    "ELEVATED, 800,  800,  -50,  750,  less than it holds",
    "ELEVATED, 150,  800,  -900, 100,  not below the floor",
    "ELEVATED, 60,   800,  -900, 60,   not up to the floor either",
    "ELEVATED, 1600, 1700, 0,    1600, what is in use may pass the maximum",
    "CRITICAL, 1600, 1600, 5000, 800,  half",
    "CRITICAL, 150,  1600, 0,    100,  not below the floor",
    "CRITICAL, 100,  1600, 0,    100,  the floor",
    "CRITICAL, 60,   1600, 0,    60,   not up to the floor",
    "CRITICAL, 9999, 0,    0,    800,  a maximum over the configured one counts as that"
  })
  void next_ofEachLevel_isAsItSays(
      PressureLevel level, long maximum, long weight, long headroom, long next, String why) {
    assertThat(SIZER.next(level, maximum, weight, headroom)).as(why).isEqualTo(next);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void next_ofAnything_isBetweenNothingAndTheConfiguredMaximum(long seed) {
    Random random = seeded(seed);
    for (int i = 0; i < 100_000; i++) {
      HostTierSizer sizer = anySizer(random);
      long headroom = random.nextBoolean() ? anyBytes(random) : -anyBytes(random) - 1;
      long next = sizer.next(anyLevel(random), anyBytes(random), anyBytes(random), headroom);
      assertThat(next).isBetween(0L, sizer.configuredMaximum());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void next_underAConstantLevel_isMonotoneAndConverges(long seed) {
    Random random = seeded(seed);
    for (int i = 0; i < 10_000; i++) {
      HostTierSizer sizer = HostTierSizer.of(random.nextLong(1L << 40));
      PressureLevel level = anyLevel(random);
      long weight = random.nextLong(1L << 40);
      long headroom = random.nextLong(-(1L << 40), 1L << 40);
      long present = random.nextLong(sizer.configuredMaximum() + 1);
      for (int sample = 0; sample < 20; sample++) {
        long next = sizer.next(level, present, weight, headroom);
        assertThat(Long.signum(next - present)).isIn(0, level == NORMAL ? 1 : -1);
        present = next;
      }
      assertThat(sizer.next(level, present, weight, headroom)).isEqualTo(present);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8, 9})
  void next_afterAnyPressure_isBackWithinSeventeenSamples(long seed) {
    Random random = seeded(seed);
    for (int i = 0; i < 10_000; i++) {
      HostTierSizer sizer = HostTierSizer.of(random.nextLong(1L << 40));
      long present = sizer.configuredMaximum();
      for (int sample = 0; sample < 30; sample++) {
        present = sizer.next(anyLevel(random), present, 1L << 39, -random.nextLong(1L << 40));
      }
      for (int sample = 0; sample < 17; sample++) {
        present = sizer.next(NORMAL, present, 0, 0);
      }
      assertThat(present).isEqualTo(sizer.configuredMaximum());
    }
  }

  @Test
  void next_critical_isAtTheFloorInFourSamples() {
    HostTierSizer sizer = HostTierSizer.of(1 << 30);
    long present = 1 << 30;
    for (int sample = 0; sample < 4; sample++) {
      present = sizer.next(CRITICAL, present, 1 << 30, 0);
    }
    assertThat(present).isEqualTo(1 << 26).isEqualTo(sizer.floor());
  }

  @Test
  void next_ofNothing_isNothing() {
    HostTierSizer sizer = HostTierSizer.of(0);

    for (PressureLevel level : PressureLevel.values()) {
      assertThat(sizer.next(level, 0, 0, 0)).isZero();
    }
  }

  @Test
  void next_ofNegativeBytes_isRefused() {
    assertThatThrownBy(() -> SIZER.next(ELEVATED, -1, 5, 0))
        .hasMessage("a host tier with a maximum of -1 bytes holds 5");
    assertThatThrownBy(() -> SIZER.next(ELEVATED, 5, -1, 0))
        .hasMessage("a host tier with a maximum of 5 bytes holds -1");
  }

  @ParameterizedTest
  @CsvSource({"-1, 0, 1", "10, 11, 1", "10, -1, 1", "10, 5, 0"})
  void sizer_ofImpossibleBytes_isRefused(long maximum, long floor, long step) {
    assertThatThrownBy(() -> new HostTierSizer(maximum, floor, step))
        .hasMessage(
            "a host tier of at most %d bytes, a floor of %d and steps of %d", maximum, floor, step);
  }

  private static HostTierSizer anySizer(Random random) {
    long maximum = anyBytes(random);
    long floor = maximum == 0 ? 0 : random.nextLong(maximum);
    return new HostTierSizer(maximum, floor, Math.max(1, anyBytes(random)));
  }

  private static long anyBytes(Random random) {
    return random.nextBoolean()
        ? BYTES[random.nextInt(BYTES.length)]
        : random.nextLong(Long.MAX_VALUE);
  }

  private static PressureLevel anyLevel(Random random) {
    return LEVELS.get(random.nextInt(LEVELS.size()));
  }

  private static Random seeded(long seed) {
    System.out.println("seed " + seed);
    return new Random(seed);
  }
}
