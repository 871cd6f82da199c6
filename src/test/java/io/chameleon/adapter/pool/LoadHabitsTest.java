package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S-LoRA's habits of loading, each by itself. */
class LoadHabitsTest {

  private static final LoadHabits DOUBLED = new LoadHabits(true, false, false, false);
  private static final LoadHabits STALLING = new LoadHabits(false, true, false, false);
  private static final LoadHabits DISCARDING = new LoadHabits(false, false, true, false);

  @Test
  void doubledCopies_ofALoad_areBothWaitedFor() {
    SmallPool world = world(DOUBLED);
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LOADING);

    world.device.finishUpload(0, true);
    world.pool.beforePass();
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LOADING);
    world.device.finishUpload(0, true);
    world.pool.beforePass();

    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);
    assertThat(world.device.uploads()).isEqualTo(2);
    end(world, lease);
  }

  @Test
  void doubledCopies_ofWhichOneFails_areAFailedLoad() {
    SmallPool world = world(DOUBLED);
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LOADING);

    world.device.finishUpload(0, false);
    world.device.finishUpload(0, true);
    world.pool.beforePass();

    assertThat(world.pool.residents()).isEmpty();
    end(world, lease);
  }

  @Test
  void stallingLoads_ofAMissingAdapter_areWaitedForInTheSamePass() {
    SmallPool world = world(STALLING);
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");

    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);
    assertThat(world.device.uploads()).isEqualTo(1);
    end(world, lease);
  }

  @Test
  void discardAfterUse_byTheLastUser_freesItsCells() {
    SmallPool world = world(DISCARDING);
    AdapterLease first = world.pool.request("a");
    AdapterLease second = world.pool.request("a");
    lend(world, first);
    lend(world, second);

    first.close();
    assertThat(world.pool.residents()).hasSize(1);
    second.close();

    assertThat(world.pool.residents()).isEmpty();
    assertThat(world.space.freeCells()).isEqualTo(world.space.cells());
    world.pool.checkIntegrity();
  }

  @Test
  void discardAfterUse_ofAnAdapterThatAQueuedRequestWants_loadsItAgain() {
    SmallPool world = world(DISCARDING);
    AdapterLease first = world.pool.request("a");
    lend(world, first);
    AdapterLease queued = world.pool.request("a");
    first.close();

    lend(world, queued);

    assertThat(world.device.uploads()).isEqualTo(2);
    end(world, queued);
  }

  @Test
  void discardAfterUse_ofALoanThatHasComeToNothing_keepsTheAdapterForTheNextTry() {
    SmallPool world = world(DISCARDING);
    AdapterLease lease = world.pool.request("a");
    lend(world, lease);

    lease.takeBack();
    assertThat(world.pool.residents()).hasSize(1);
    assertThat(world.pool.waiting()).isOne();
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);

    assertThat(world.device.uploads()).isEqualTo(1);
    end(world, lease);
    assertThat(world.pool.residents()).isEmpty();
  }

  @Test
  void loan_thatHasComeToNothing_doesNotCountAsABeginning() {
    SmallPool world = world(LoadHabits.NONE);
    PoolLease lease = (PoolLease) world.pool.request("a");
    lend(world, lease);

    lease.takeBack();
    assertThat(lease.hasBeenLent()).isFalse();
    lend(world, lease);
    lease.giveBack();
    lend(world, lease);
    lease.takeBack();

    assertThat(lease.hasBeenLent()).as("once it has begun").isTrue();
    end(world, lease);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void prefetchByPolicy_ofAQueuedAdapter_leavesThePassAlone(boolean byPolicy) {
    SmallPool world =
        world(new LoadHabits(false, false, false, byPolicy), PrefetchProperties.byQueue());
    AdapterLease queued = world.pool.request("a");

    world.pool.beforeStep();
    assertThat(world.device.uploads()).isEqualTo(byPolicy ? 0 : 1);
    queued.prefetch();

    assertThat(world.device.uploads()).isEqualTo(1);
    end(world, queued);
  }

  @Test
  void habits_together_areAllThatEitherHas() {
    assertThat(DOUBLED.and(STALLING).and(DISCARDING))
        .isEqualTo(new LoadHabits(true, true, true, false));
    assertThat(DOUBLED.and(LoadHabits.NONE)).isEqualTo(DOUBLED);
  }

  private static SmallPool world(LoadHabits habits) {
    return world(habits, new PrefetchProperties(false, false, Duration.ofSeconds(1), 240));
  }

  private static SmallPool world(LoadHabits habits, PrefetchProperties prefetch) {
    return new SmallPool(
        200,
        EvictionKind.LRU,
        Runnable::run,
        1 << 20,
        prefetch,
        habits,
        SmallAdapters.attention("a", 1, 2));
  }

  private static void lend(SmallPool world, AdapterLease lease) {
    while (lease.tryLend(0) != Loan.LENT) {
      world.pool.beforePass();
    }
  }

  private static void end(SmallPool world, AdapterLease lease) {
    lease.close();
    world.pool.checkIntegrity();
  }
}
