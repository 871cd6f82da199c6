package io.chameleon.engine.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a thread waits for copies, on a clock that goes on only while it waits. */
class CopyWatchTest {

  private static final long SPIN = 1_000;
  private static final long BYTES = 128 << 20;

  private long now = 5_000;
  private long end;
  private int spins;
  private final List<Long> sleeps = new ArrayList<>();

  private final CopyWatch watch =
      new CopyWatch(
          () -> now,
          new CopyWatch.Pause() {
            @Override
            public void sleep(long nanos) {
              sleeps.add(nanos);
              now += nanos;
            }

            @Override
            public void spin() {
              spins++;
              now += SPIN;
            }
          });

  @Test
  void firstCopy_ofWhichNothingIsKnown_isLookedAtFromTimeToTime() {
    await(now, 2_000_000);

    assertThat(spins).isZero();
    assertThat(sleeps).hasSizeGreaterThan(100).allMatch(nanos -> nanos == 10_000);
  }

  @Test
  void nextCopy_thatTakesAsLong_isSleptThroughAndAwaitedAwake() {
    await(now, 2_000_000);
    sleeps.clear();
    await(now, 2_000_000);

    assertThat(sleeps).hasSizeLessThan(10);
    assertThat(slept()).isBetween(1_800_000L, 1_900_000L);
    assertThat(now - end).isLessThanOrEqualTo(SPIN);
    assertThat(spins).isBetween(100, 200);
  }

  @Test
  void copy_behindAnother_isExpectedFromItsEndOn() {
    await(now, 2_000_000);
    long asked = now;
    await(asked, 2_000_000);
    sleeps.clear();
    await(asked, 2_000_000);

    assertThat(slept()).isBetween(1_800_000L, 1_900_000L);
  }

  @Test
  void copies_fasterThanTheFirst_areSoonExpectedSo() {
    await(now, 100_000_000);
    for (int copy = 0; copy < 8; copy++) {
      await(now, 2_000_000);
    }

    assertThat(now - end).isLessThanOrEqualTo(SPIN);
  }

  @Test
  void copy_thatHasEndedBeforeItIsLookedAt_saysNothingOfOthers() {
    await(now, 2_000_000);
    watch.await(BYTES, now, () -> true);
    sleeps.clear();
    await(now, 2_000_000);

    assertThat(slept()).isBetween(1_800_000L, 1_900_000L);
    assertThat(now - end).isLessThanOrEqualTo(SPIN);
  }

  @Test
  void copy_behindAStep_hardlyChangesWhenTheNextIsExpected() {
    await(now, 2_000_000);
    await(now, 20_000_000);
    await(now, 2_000_000);

    assertThat(now - end).isLessThanOrEqualTo(SPIN);
  }

  @Test
  void copies_slowerThanTheFirst_areSleptThroughInTheEnd() {
    await(now, 1_000_000);
    for (int copy = 0; copy < 80; copy++) {
      await(now, 3_000_000);
    }
    sleeps.clear();
    await(now, 3_000_000);

    assertThat(slept()).isBetween(2_700_000L, 2_900_000L);
  }

  @Test
  void copy_thatIsLate_isNotAwaitedAwakeForLong() {
    await(now, 2_000_000);
    await(now, 50_000_000);

    assertThat(spins).isLessThanOrEqualTo(310);
    assertThat(now - end).isLessThanOrEqualTo(10_000);
  }

  @Test
  void copy_ofAQuarterOfTheBytes_isExpectedInAQuarterOfTheTime() {
    await(now, 2_000_000);
    sleeps.clear();
    end = now + 500_000;
    watch.await(BYTES / 4, now, () -> now >= end);

    assertThat(slept()).isBetween(300_000L, 400_000L);
  }

  private long slept() {
    return sleeps.stream().mapToLong(Long::longValue).sum();
  }

  private void await(long asked, long takes) {
    end = now + takes;
    watch.await(BYTES, asked, () -> now >= end);
  }
}
