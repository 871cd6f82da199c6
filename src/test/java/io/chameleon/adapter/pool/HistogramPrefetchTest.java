package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallPool;
import io.chameleon.memory.OwnedCells;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistogramPrefetchTest {

  private static final Duration PERIOD = Duration.ofSeconds(30);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final SmallPool world =
      new SmallPool(
          100,
          EvictionKind.LRU,
          Runnable::run,
          1 << 20,
          new PrefetchProperties(true, true, Duration.ofSeconds(1), 240),
          SmallAdapters.attention("a", 1, 2));

  @Test
  void idleTimes_ofAPeriod_expectTheNextOneAroundIt() {
    IdleTimes times = new IdleTimes(SECOND, 240);
    for (int i = 0; i < 20; i++) {
      times.add(30 * SECOND + SECOND / 2);
    }
    assertThat(times.expects(29 * SECOND)).isFalse();
    assertThat(times.expects(30 * SECOND)).isTrue();
    assertThat(times.expects(31 * SECOND)).isTrue();
    assertThat(times.expects(32 * SECOND)).isFalse();
  }

  @Test
  void idleTimes_fewOrMostlyOutOfRange_expectNothing() {
    IdleTimes few = new IdleTimes(SECOND, 240);
    few.add(SECOND);
    assertThat(few.expects(SECOND)).isFalse();
    IdleTimes far = new IdleTimes(SECOND, 10);
    for (int i = 0; i < 6; i++) {
      far.add(SECOND);
      far.add(11 * SECOND);
    }
    assertThat(far.expects(SECOND)).isFalse();
  }

  @Test
  void adapterAskedForPeriodically_isBackBeforeItIsAskedForAgain() {
    for (int i = 0; i < 8; i++) {
      world.lease("a").close();
      world.clock.advance(PERIOD);
    }
    evictAll();
    pass();
    pass();

    assertThat(world.pool.isResident("a#1")).isTrue();
    world.lease("a").close();
    assertThat(count("right")).isEqualTo(1);

    evictAll();
    world.clock.advance(Duration.ofSeconds(10));
    pass();
    assertThat(world.pool.isResident("a#1")).as("long before its time").isFalse();
    world.clock.advance(Duration.ofSeconds(20));
    pass();
    pass();
    assertThat(world.pool.isResident("a#1")).isTrue();
    evictAll();
    assertThat(count("wrong")).isEqualTo(1);
    world.clock.advance(Duration.ofMinutes(5));
    pass();
    assertThat(world.pool.versions()).isZero();
    world.check();
  }

  @Test
  void expectedAdapter_withoutFreeCells_evictsNobodyAndWaits() {
    for (int i = 0; i < 8; i++) {
      world.lease("a").close();
      world.clock.advance(PERIOD);
    }
    OwnedCells kv = world.cells.allocate(100).orElseThrow();
    pass();
    assertThat(world.pool.isResident("a#1")).isFalse();
    world.cells.release(kv);
    world.clock.advance(Duration.ofSeconds(1));
    pass();
    pass();
    assertThat(world.pool.isResident("a#1")).isTrue();
  }

  private void pass() {
    world.pool.beforePass();
    world.pool.beforeStep();
  }

  private void evictAll() {
    world.cells.release(world.cells.allocate(100).orElseThrow());
  }

  private double count(String outcome) {
    return world
        .meters
        .get("chameleon.adapter.prefetches")
        .tags("kind", "histogram", "outcome", outcome)
        .counter()
        .count();
  }
}
