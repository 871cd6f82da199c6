package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LoadTimesTest {

  private static final double MILLI = 1e6;

  private final LoadTimes times = new LoadTimes();

  @Test
  void expected_beforeAnyLoad_isInProportionToSize() {
    double one = times.expectedNanos("a", Policies.MEBIBYTE);

    assertThat(one).isPositive();
    assertThat(times.expectedNanos("b", 64 * Policies.MEBIBYTE)).isCloseTo(64 * one, within(1.0));
  }

  @Test
  void expected_ofAnAdapterNeverLoaded_followsFromOthersBySize() {
    for (int i = 0; i < 20; i++) {
      load("small-" + i, 16, 1.9);
      load("medium-" + i, 64, 7.2);
      load("large-" + i, 256, 23.5);
    }

    assertThat(expectedMillis("new", 128)).isBetween(10.0, 15.0);
    assertThat(times.expected("new", 128 * Policies.MEBIBYTE).spread()).isLessThan(0.2);
  }

  @Test
  void expected_ofAnAdapterLoadedOften_isItsOwnMean() {
    for (int i = 0; i < 20; i++) {
      load("fast-" + i, 64, 1);
      load("slow", 64, 9);
    }

    assertThat(expectedMillis("slow", 64)).isCloseTo(9, within(1.0));
  }

  @Test
  void expected_followsTheNewest() {
    for (int i = 0; i < 50; i++) {
      load("a", 64, 1);
    }
    for (int i = 0; i < 50; i++) {
      load("a", 64, 9);
    }

    assertThat(expectedMillis("a", 64)).isCloseTo(9, within(0.8));
  }

  @Test
  void chance_ofALoadBeyondTheTarget_isNearItsShare() {
    Random random = new Random(4);
    int over = 0;
    double chance = 0;
    for (int i = 0; i < 2_000; i++) {
      double millis = 8 * Math.exp(0.4 * random.nextGaussian());
      over += millis > 10 ? 1 : 0;
      load("a", 64, millis);
      chance += times.expected("a", 64 * Policies.MEBIBYTE).chanceOver(10 * MILLI);
    }

    assertThat(chance / 2_000).isCloseTo(over / 2_000.0, within(0.05));
  }

  @Test
  void chance_fallsFromOneToZeroAsTheTargetGrows() {
    LoadTime load = new LoadTime(10 * MILLI, 0.5);
    double median = 10 / Math.sqrt(1.25);

    assertThat(load.chanceOver(1)).isCloseTo(1, within(1e-6));
    assertThat(load.chanceOver(median * MILLI)).isCloseTo(0.5, within(1e-6));
    assertThat(load.chanceOver(1e12)).isCloseTo(0, within(1e-6));
    for (double millis = 1; millis < 50; millis++) {
      assertThat(load.chanceOver(millis * MILLI))
          .isGreaterThan(load.chanceOver((millis + 1) * MILLI));
    }
  }

  @Test
  void ownLoads_ofManyAdapters_areBounded() {
    for (int i = 0; i < 2 * AdapterHistory.MOST_ABSENT; i++) {
      load("a-" + i, 1, 1);
    }

    assertThat(times.size()).isEqualTo(AdapterHistory.MOST_ABSENT);
  }

  @Test
  void load_negative_isRefused() {
    assertThatThrownBy(() -> load("a", 1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1000000 ns");
  }

  private double expectedMillis(String adapter, long mebibytes) {
    return times.expectedNanos(adapter, mebibytes * Policies.MEBIBYTE) / MILLI;
  }

  private void load(String adapter, long mebibytes, double millis) {
    times.loaded(Policies.adapter(adapter, 8, mebibytes), Math.round(millis * MILLI));
  }
}
