package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that run where they rest, on a device that follows uploads. */
class InPlaceRunsTest {

  private static final int CELLS = 200;

  private static PoolFixture world(int cells, Small... adapters) {
    PoolFixture world = PoolFixture.inPlace(cells, EvictionKind.LRU, Runnable::run);
    Arrays.stream(adapters).forEach(world::put);
    return world;
  }

  /** Runs of two cells, of which these, by their places, are free. */
  private static PoolFixture freeAt(int... places) {
    PoolFixture world = world(CELLS);
    free(runsOfTwo(world), world, places);
    return world;
  }

  private static List<OwnedCells> runsOfTwo(PoolFixture world) {
    List<OwnedCells> runs = new ArrayList<>();
    for (int i = 0; i < CELLS / 2; i++) {
      runs.add(world.kv(2));
    }
    return runs;
  }

  private static void free(List<OwnedCells> runs, PoolFixture world, int... places) {
    Arrays.stream(places).mapToObj(runs::get).forEach(world.cells::release);
  }

  /** Two cells are free at each end, and all others are between. */
  private static PoolFixture freeAtBothEnds() {
    return freeAt(0, CELLS / 2 - 1);
  }

  @Test
  void adapter_thatRuns_takesItsCellsOnceAndStaysWhenItStops() {
    PoolFixture world = world(CELLS, SmallAdapters.whole("a", 1, 4));
    AdapterLease lease = world.lease("a");
    int cells = world.used(CellUse.ADAPTER);

    assertThat(cells).isPositive();
    assertThat(world.used(CellUse.WINDOW)).isZero();
    assertThat(world.free()).isEqualTo(CELLS - cells);
    world.checkRows(lease);

    lease.close();
    assertThat(world.used(CellUse.ADAPTER)).isEqualTo(cells);
    assertThat(world.residents()).containsExactly("a");
    world.checkIdle();
  }

  @Test
  void adapter_thatRuns_isNeitherEvictedNorTakenForACopy() {
    PoolFixture world = world(CELLS, SmallAdapters.whole("a", 1, 4));
    AdapterLease lease = world.lease("a");

    assertThat(world.cells.allocate(world.free() + 1)).isEmpty();
    assertThat(world.cells.allocate(world.free())).isPresent();
    world.checkRows(lease);
  }

  @Test
  void runningAdapter_whoseCellsMove_saysWhereItLies() {
    PoolFixture world =
        world(CELLS, SmallAdapters.whole("a", 1, 2), SmallAdapters.whole("b", 2, 2));
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("b");
    int before = second.adapter().requirePlace().startCell();
    first.close();

    // Nothing but b is in the way of all that is left.
    OwnedCells kv = world.kv(CELLS - world.used(CellUse.ADAPTER) / 2);
    assertThat(world.residents()).containsExactly("b");
    assertThat(second.adapter().requirePlace().startCell()).isNotEqualTo(before);
    world.checkRows(second);
    assertThat(kv.cells()).isPositive();
  }

  @Test
  void upload_isFollowed_onlyByASequenceThatRunsAlone() {
    PoolFixture world =
        world(CELLS, SmallAdapters.whole("a", 1, 2), SmallAdapters.whole("b", 2, 2));
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    AdapterLease behind = world.pool.request("b");

    assertThat(lease.tryLend(1, false)).isEqualTo(Loan.LOADING);
    assertThat(behind.tryLend(1, true)).isEqualTo(Loan.LOADING);
    assertThat(lease.tryLend(1, true)).isEqualTo(Loan.LENT);
    world.device.finishUpload(0, true);
    world.pool.beforePass();
    world.checkRows(lease);
    assertThat(behind.tryLend(1, true)).isEqualTo(Loan.LENT);
  }

  @Test
  void upload_thatHadToBeWaitedForToFindRoom_isNotFollowed_butLent() {
    Small a = SmallAdapters.whole("a", 1, 2);
    Small b = SmallAdapters.whole("b", 2, 2);
    PoolFixture probe = world(CELLS, a);
    probe.use("a");
    int one = probe.used(CellUse.ADAPTER);
    PoolFixture world = world(2 * one + 4, a, b);
    world.device.holdUploads();
    AdapterLease first = world.pool.request("a");
    AdapterLease second = world.pool.request("b");
    assertThat(first.tryLend(1, false)).isEqualTo(Loan.LOADING);
    assertThat(second.tryLend(1, false)).isEqualTo(Loan.LOADING);
    second.close();

    // Only the cells of b, which is on the way too, are enough.
    assertThat(first.tryLend(10, true)).isEqualTo(Loan.LENT);
    world.checkRows(first);
    world.kv(10);
    world.check();
  }

  @Test
  void pinnedAdapter_thatRunsInPlace_isCountedOnceInWhatKvMayTake() {
    Small a = SmallAdapters.whole("a", 1, 4);
    PoolFixture world = world(CELLS, a);
    world.use("a");
    int cells = world.used(CellUse.ADAPTER);

    assertThat(world.pool.administration().pin(a.version())).isTrue();
    assertThat(world.pool.kvCapacity()).isEqualTo(CELLS - cells);
  }

  @Test
  void adapter_givenBackWhileItsUploadGoesOn_isNotEvictedBeforeItsEnd() {
    PoolFixture world = world(CELLS, SmallAdapters.whole("a", 1, 2));
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    assertThat(lease.tryLend(1, true)).isEqualTo(Loan.LENT);
    lease.close();

    world.check();
    assertThat(world.residents()).containsExactly("a");
    assertThat(world.kv(CELLS).cells()).as("waits for the upload").isEqualTo(CELLS);
    world.check();
  }

  @Test
  void cellsForASequenceBesideOthers_whereAnUploadIsInTheWay_areNotWaitedFor() {
    PoolFixture world = world(CELLS, SmallAdapters.whole("a", 1, 2));
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    assertThat(lease.tryLend(1, false)).isEqualTo(Loan.LOADING);
    lease.close();

    assertThat(world.cells.allocateNow(CELLS)).isEmpty();
    world.device.finishUpload(0, true);
    world.pool.beforePass();
    assertThat(world.residents()).containsExactly("a");
    assertThat(world.cells.allocateNow(CELLS)).isPresent();
    assertThat(world.residents()).isEmpty();
    world.check();
  }

  @Test
  void upload_thatFailsWhileItIsFollowed_isGoneWhenItsSequenceEnds() {
    PoolFixture world = world(CELLS, SmallAdapters.whole("a", 1, 2));
    world.device.holdUploads();
    AdapterLease lease = world.pool.request("a");
    assertThat(lease.tryLend(1, true)).isEqualTo(Loan.LENT);
    world.device.finishUpload(0, false);
    world.pool.beforePass();
    AdapterLease other = world.pool.request("a");

    assertThat(other.tryLend(1)).isEqualTo(Loan.NO_ROOM);
    lease.close();
    assertThat(world.residents()).isEmpty();
    assertThat(other.tryLend(1)).isEqualTo(Loan.LOADING);
    world.check();
  }

  @Test
  void room_whoseGatheringWouldMoveMuch_isMadeByOneMoreThatLeaves() {
    Small[] adapters = new Small[9];
    for (int i = 0; i < adapters.length; i++) {
      adapters[i] = SmallAdapters.whole("a" + i, i, i < 8 ? 1 : 2);
    }
    PoolFixture probe = world(4 * CELLS, adapters);
    probe.use("a0");
    int one = probe.used(CellUse.ADAPTER);
    PoolFixture world = world(8 * one, adapters);
    // Least recently used are two that lie far apart; those between would have to move.
    for (int i : new int[] {0, 1, 2, 3, 4, 5, 6, 7}) {
      world.use("a" + i);
    }
    for (int i : new int[] {1, 2, 3, 4, 5, 6}) {
      world.use("a" + i);
    }
    world.use("a8");

    assertThat(world.residents()).contains("a8").hasSizeBetween(5, 7);
    world.checkIdle();
  }

  @Test
  void cellsForASequenceBesideOthers_whereAllWouldMove_areNotGathered() {
    PoolFixture world = freeAtBothEnds();

    assertThat(world.cells.allocateNow(4)).isEmpty();
    assertThat(world.cells.allocateNow(2)).isPresent();
    assertThat(world.cells.allocateNow(2)).isPresent();
    assertThat(world.free()).isZero();
  }

  @Test
  void cellsForASequenceBesideOthers_moveAsManyAsStepsUntilNowAllow_andNoMore() {
    // Twelve cells lie between the first two and the next; and again, far from there.
    PoolFixture world = freeAt(0, 7, 50, 57);
    int part = CELLS / 32;
    assertThat(part).as("cells that a step allows").isEqualTo(6);

    assertThat(world.cells.allocateNow(4)).as("one step").isEmpty();
    world.pool.beforeStep();
    assertThat(world.cells.allocateNow(4)).as("two steps, and twelve to move").isPresent();
    assertThat(world.cells.allocateNow(4)).as("all of it is used").isEmpty();
    world.pool.beforeStep();
    world.pool.beforeStep();
    assertThat(world.cells.allocateNow(4)).isPresent();
    assertThat(world.free()).isZero();
    world.check();
  }

  @ParameterizedTest
  @CsvSource({"13, true", "14, false"})
  void cellsForASequenceBesideOthers_moveAsManyAsFourStepsAllow_howeverManyPass(
      int place, boolean isEnough) {
    // Two cells are free at the beginning; between them and the next two lie 24, or 26.
    PoolFixture world = freeAt(0, place);
    for (int step = 0; step < 100; step++) {
      world.pool.beforeStep();
    }

    assertThat(world.small.space.cellsToMove(4)).isEqualTo(2 * (place - 1));
    assertThat(world.cells.allocateNow(4).isPresent()).isEqualTo(isEnough);
    world.check();
  }

  @Test
  void cellsThatMoveForOneThatGrows_areMissingToWhoStartsBesideOthers() {
    for (boolean grows : new boolean[] {false, true}) {
      PoolFixture world = world(CELLS);
      List<OwnedCells> runs = runsOfTwo(world);
      free(runs, world, 0, 13, 80, 90);
      for (int step = 0; step < 4; step++) {
        world.pool.beforeStep();
      }
      if (grows) {
        long before = world.small.space.movedCells();
        // The two cells before it are free, and none behind it.
        assertThat(world.cells.grow(runs.get(91), 2, 4)).isTrue();
        assertThat(world.small.space.movedCells() - before).isEqualTo(2);
      }

      assertThat(world.small.space.cellsToMove(4)).isBetween(10, 24);
      assertThat(world.small.space.cellsToMove(4)).isEqualTo(grows ? 24 : 18);
      assertThat(world.cells.allocateNow(4).isPresent()).isEqualTo(!grows);
    }
  }

  @Test
  void cellsForASequenceBesideOthers_whereAllWouldMove_areNotGatheredHoweverManyStepsPass() {
    PoolFixture world = freeAtBothEnds();

    for (int step = 0; step < 100; step++) {
      assertThat(world.cells.allocateNow(4)).isEmpty();
      world.pool.beforeStep();
    }
  }

  @Test
  void adaptersBeyondThoseThatMust_leaveForAStartThatIsRefused_onceNotAtEachTry() {
    Small[] adapters = new Small[16];
    for (int i = 0; i < adapters.length; i++) {
      adapters[i] = SmallAdapters.whole("a" + i, i, 1);
    }
    PoolFixture probe = world(4 * CELLS, adapters);
    probe.use("a0");
    int one = probe.used(CellUse.ADAPTER);
    PoolFixture world = world((16 + 20 + 100 + 20) * one, adapters);
    for (Small adapter : adapters) {
      world.use(adapter.version().name());
    }
    OwnedCells first = world.kv(20 * one);
    OwnedCells between = world.kv(100 * one);
    OwnedCells last = world.kv(20 * one);
    assertThat(world.free()).isZero();
    world.cells.release(first);
    world.cells.release(last);

    for (int step = 0; step < 3; step++) {
      assertThat(world.cells.allocateNow(35 * one)).as("all of KV would move").isEmpty();
      assertThat(world.residents()).hasSize(8);
    }
    world.cells.release(between);
    assertThat(world.cells.allocateNow(35 * one)).isPresent();
    assertThat(world.residents()).hasSize(8);
    world.check();
  }

  @Test
  void cellsForASequence_whereAllWouldMove_areGatheredForWhoWaits() {
    PoolFixture world = freeAtBothEnds();

    assertThat(world.cells.allocateNow(4)).isEmpty();
    assertThat(world.cells.allocate(4)).isPresent();
    world.check();
  }

  @Test
  void window_ofAnAdapterThatRunsInPlace_isRefused() {
    PoolFixture world = world(CELLS, SmallAdapters.whole("a", 1, 2));

    assertThatThrownBy(() -> world.pool.window(ModuleGroup.MLP))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("run where they rest");
  }
}
