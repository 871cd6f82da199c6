package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import io.chameleon.adapter.eviction.EvictionDecision;
import io.chameleon.adapter.eviction.EvictionReason;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.fixtures.SmallAdapters.Small;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.AdapterRefusedException;
import org.junit.jupiter.api.Test;

/** The pool when memory is short. Cells at rest and in the window: a, c 5 + 14, b 7 + 20. */
class AdapterPoolRoomTest {

  private static final Small A = SmallAdapters.attention("a", 1, 2);
  private static final Small B = SmallAdapters.attention("b", 2, 3);
  private static final Small C = SmallAdapters.attention("c", 3, 2);
  private static final Small W = SmallAdapters.whole("w", 4, 2);

  @Test
  void adapter_whoseRowsExceedTheArena_isRefusedWithBothNumbers() {
    PoolFixture world = new PoolFixture(19, A, B);

    assertThatThrownBy(() -> world.lease("b"))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining("`b`")
        .hasMessageContaining("20 cells")
        .hasMessageContaining("19");
    world.checkIdle();
  }

  @Test
  void adapter_withoutRoomAtRest_livesInTheWindowAlone() {
    PoolFixture world = new PoolFixture(16, A);

    AdapterLease lease = world.lease("a");

    world.checkRows(lease);
    assertThat(world.used(CellUse.ADAPTER)).isZero();
    assertThat(world.used(CellUse.WINDOW)).isEqualTo(14);
    world.kv(2);
    assertThat(world.free()).isZero();
    lease.close();
    world.check();
  }

  @Test
  void runningAdapter_whoseMemoryIsWanted_losesItsCopyAtRestFirst() {
    PoolFixture world = new PoolFixture(60, A, C);
    world.use("c");
    AdapterLease lease = world.lease("a");
    assertThat(world.used(CellUse.ADAPTER)).isEqualTo(10);

    OwnedCells kv = world.kv(60 - 14 - 5);

    assertThat(world.residents()).containsExactly("a", "c");
    assertThat(world.used(CellUse.ADAPTER)).isEqualTo(5);
    world.checkRows(lease);
    world.cells.release(kv);
    lease.close();
    // Its rows were copied back: no load is needed for the next one.
    assertThat(world.used(CellUse.ADAPTER)).isEqualTo(10);
    world.checkRows(world.lease("a"));
    assertThat(world.device.uploads()).isEqualTo(2);
  }

  @Test
  void runningAdapter_withoutRoomForItsCopyAtTheEnd_leaves() {
    PoolFixture world = new PoolFixture(16, A);
    AdapterLease lease = world.lease("a");
    OwnedCells kv = world.kv(2);

    lease.close();

    assertThat(world.residents()).isEmpty();
    world.cells.release(kv);
    world.checkIdle();
    world.checkRows(world.lease("a"));
  }

  @Test
  void lend_withoutRoomForItsRows_isNoRoomAndMovesNothing() {
    PoolFixture world = new PoolFixture(40, A);
    world.use("a");
    OwnedCells kv = world.kv(27);
    AdapterLease lease = world.pool.request("a");

    assertThat(lease.tryLend(0)).isEqualTo(Loan.NO_ROOM);

    assertThat(world.residents()).containsExactly("a");
    assertThat(world.used(CellUse.WINDOW)).isZero();
    world.cells.release(kv);
    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);
    world.checkRows(lease);
  }

  @Test
  void lend_withoutRoomForKvBeside_isNoRoomAndEvictsNobody() {
    PoolFixture world = new PoolFixture(60, A, C);
    world.use("a");
    world.use("c");
    AdapterLease lease = world.pool.request("a");

    assertThat(lease.tryLend(47)).isEqualTo(Loan.NO_ROOM);
    assertThat(world.residents()).containsExactly("a", "c");
    assertThat(lease.tryLend(46)).isEqualTo(Loan.LENT);
    assertThat(world.cells.allocate(46)).isPresent();
    world.checkRows(lease);
  }

  @Test
  void lend_withRoomForOneGroupOnly_takesNeither() {
    PoolFixture world = new PoolFixture(70, W);
    // 14 cells for each window.
    OwnedCells kv = world.kv(70 - 14 - 14 + 1);
    AdapterLease lease = world.pool.request("w");

    assertThat(lease.tryLend(0)).isEqualTo(Loan.NO_ROOM);

    assertThat(world.used(CellUse.WINDOW)).isZero();
    world.check();
    world.cells.release(kv);
    assertThat(world.small.lend(lease)).isEqualTo(Loan.LENT);
    world.checkRows(lease);
  }

  @Test
  void adapterWithoutRoomForCopyAndRowsAtOnce_givesUpItsCopy() {
    PoolFixture world = new PoolFixture(40, A);
    world.use("a");
    world.kv(25);
    assertThat(world.residents()).containsExactly("a");
    AdapterLease lease = world.pool.request("a");

    assertThat(lease.tryLend(0)).isEqualTo(Loan.LENT);

    assertThat(world.used(CellUse.ADAPTER)).isZero();
    world.checkRows(lease);
    world.check();
  }

  @Test
  void kv_evictsTheLeastRecentlyUsed_andNoMoreThanItMust() {
    PoolFixture world = new PoolFixture(40, A, B, C);
    for (String name : new String[] {"a", "b", "c", "a"}) {
      world.use(name);
    }
    assertThat(world.free()).isEqualTo(40 - 17);

    world.kv(30);

    assertThat(world.residents()).containsExactly("a", "c");
    EvictionDecision decision = world.small.decisions.newestFirst().getFirst();
    assertThat(decision.reason()).isEqualTo(EvictionReason.KV);
    assertThat(decision.totalCandidates()).isEqualTo(3);
    assertThat(decision.candidates().getFirst().candidate().adapter()).isEqualTo("b#2");
    assertThat(decision.candidates().getFirst().evicted()).isTrue();
    world.check();
  }

  @Test
  void kv_thatCannotBeHad_evictsNobody() {
    PoolFixture world = new PoolFixture(40, A, B);
    world.use("b");
    AdapterLease lent = world.lease("a");

    assertThat(world.cells.allocate(27)).isEmpty();

    assertThat(world.residents()).containsExactly("a", "b");
    assertThat(world.small.decisions.total()).isZero();
    assertThat(world.cells.allocate(26)).isPresent();
    world.checkRows(lent);
  }

  @Test
  void adapterThatAQueuedRequestWants_leavesOnlyWhenNobodyElseIsLeft() {
    PoolFixture world = new PoolFixture(40, A, B, C);
    world.use("a");
    world.use("b");
    world.use("c");
    AdapterLease wants = world.pool.request("a");

    world.kv(25);
    assertThat(world.residents()).containsExactly("a", "c");
    world.kv(6);
    assertThat(world.residents()).containsExactly("a");
    world.kv(9);
    assertThat(world.residents()).isEmpty();
    wants.close();
  }

  @Test
  void load_besideALentOne_neverEvictsThat() {
    PoolFixture world = new PoolFixture(33, A, B);
    AdapterLease lent = world.lease("a");
    AdapterLease waits = world.pool.request("b");

    // b's rows take 20 cells; a's leave 19.
    assertThat(world.small.lend(waits)).isEqualTo(Loan.NO_ROOM);
    world.checkRows(lent);
    lent.close();
    assertThat(world.small.lend(waits)).isEqualTo(Loan.LENT);
    world.checkRows(waits);
    world.check();
  }

  @Test
  void upload_underWay_isWaitedForByWhoNeedsItsCells() {
    PoolFixture world = new PoolFixture(40, A, B);
    world.device.holdUploads();
    AdapterLease waits = world.pool.request("a");
    assertThat(waits.tryLend(0)).isEqualTo(Loan.LOADING);
    waits.close();
    assertThat(world.device.waitingUploads()).isEqualTo(1);

    assertThat(world.cells.allocate(40)).isPresent();

    assertThat(world.device.waitingUploads()).isZero();
    assertThat(world.residents()).isEmpty();
    world.check();
  }

  @Test
  void fragments_thatStopAnAllocation_areMovedTogether() {
    PoolFixture world = new PoolFixture(66, A, C);
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("c");
    OwnedCells low = world.kv(8);
    OwnedCells high = world.kv(8);
    first.close();
    world.cells.release(low);

    OwnedCells kv = world.kv(world.free());

    assertThat(high.cells() + kv.cells()).isEqualTo(world.used(CellUse.KV));
    world.checkRows(second);
    world.check();
  }

  @Test
  void maximum_followsTheArenaDownAndUp() {
    PoolFixture world = new PoolFixture(60, A, B, C);
    world.use("a");
    world.pool.beforeStep();
    assertThat(world.pool.maximum()).isEqualTo(60);
    OwnedCells kv = world.kv(50);
    AdapterLease lease = world.pool.request("a");
    world.pool.beforeStep();
    assertThat(world.pool.maximum()).isEqualTo(10);
    world.cells.release(kv);
    assertThat(world.small.lend(lease)).isEqualTo(Loan.LENT);
    world.pool.beforeStep();

    assertThat(world.pool.maximum()).isEqualTo(60 - 14);
    assertThat(world.pool.sizeEvictions()).isZero();
  }

  @Test
  void caffeine_neverEvictsHere() {
    PoolFixture world = new PoolFixture(60, A, B, C);
    for (int round = 0; round < 50; round++) {
      world.use("a");
      OwnedCells kv = world.kv(40 + round % 20);
      world.pool.beforeStep();
      world.cells.release(kv);
      world.use("b");
      world.use("c");
      world.pool.beforeStep();
    }
    assertThat(world.pool.sizeEvictions()).isZero();
    assertThat(world.small.decisions.total()).isPositive();
  }
}
