package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import io.chameleon.request.AdapterRefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pool when memory is short. Cells at rest and in the window: a2 5 + 14, b3 7 + 20. */
class AdapterPoolRoomTest {

  private static final PackedAdapter A = SmallAdapters.attention("a", 1, 2);
  private static final PackedAdapter A2 = SmallAdapters.attention("a2", 5, 2);
  private static final PackedAdapter B = SmallAdapters.attention("b", 2, 3);
  private static final PackedAdapter M = SmallAdapters.mlp("m", 3, 2);
  private static final PackedAdapter W = SmallAdapters.whole("w", 4, 2);

  @Test
  void adapter_largerThanTheArena_isRefusedWithBothNumbers() {
    PoolFixture world = new PoolFixture(19, A, B);

    assertThatThrownBy(() -> world.pool.tryAcquire("b"))
        .isInstanceOf(AdapterRefusedException.class)
        .hasMessageContaining("`b`")
        .hasMessageContaining("27 cells")
        .hasMessageContaining("19");
    // One that leaves no cell for the KV of a single token could never run either.
    assertThatThrownBy(() -> world.pool.tryAcquire("a"))
        .isInstanceOf(AdapterRefusedException.class);
    world.checkIdle();
  }

  @Test
  void adapter_thatLeavesOneCell_isServed() {
    PoolFixture world = new PoolFixture(20, A);

    world.checkRows(world.lease("a"));
    assertThat(world.kv(1).cells()).isEqualTo(1);
    assertThat(world.arena.freeCells()).isZero();
    world.check();
  }

  @Test
  void load_withoutRoomAtRest_isEmptyAndKeepsNothing() {
    PoolFixture world = new PoolFixture(40, A);
    CellRun kv = world.kv(36);

    assertThat(world.pool.tryAcquire("a")).isEmpty();
    assertThat(world.residents()).isEmpty();
    assertThat(world.arena.freeCells()).isEqualTo(4);
    world.cells.release(kv);
    world.checkRows(world.lease("a"));
  }

  @Test
  void load_withoutRoomForItsRows_isEmptyAndLeavesItIdle() {
    PoolFixture world = new PoolFixture(40, A);
    CellRun kv = world.kv(22);

    assertThat(world.pool.tryAcquire("a")).isEmpty();

    assertThat(world.leases("a")).isZero();
    assertThat(world.arena.usedCells(CellUse.WINDOW)).isZero();
    world.check();
    world.cells.release(kv);
    world.checkRows(world.lease("a"));
  }

  @Test
  void load_withRoomForOneGroupOnly_givesTheOtherBack() {
    PoolFixture world = new PoolFixture(70, W);
    // At rest 232 numbers, 20 cells; 14 for each window.
    CellRun kv = world.kv(70 - 20 - 14 - 5);

    assertThat(world.pool.tryAcquire("w")).isEmpty();

    assertThat(world.arena.usedCells(CellUse.WINDOW)).isZero();
    assertThat(world.leases("w")).isZero();
    world.check();
    world.cells.release(kv);
    AdapterLease lease = world.lease("w");
    world.checkRows(lease);
    lease.close();
    world.checkIdle();
  }

  @Test
  void allocate_withoutRoom_evictsTheColdestAndNoMoreThanItMust() {
    PoolFixture world = new PoolFixture(40, A, A2, M);
    for (String name : List.of("a", "a2", "m", "a", "a2")) {
      world.lease(name).close();
    }

    assertThat(world.pool.allocate(CellUse.KV, 30)).contains(new CellRun(0, 30));

    assertThat(world.residents()).containsExactly("a", "a2");
    world.check();
  }

  @Test
  void load_besideALentOne_evictsNeverThat() {
    PoolFixture world = new PoolFixture(40, A, B);
    AdapterLease lent = world.lease("a");

    assertThat(world.pool.tryAcquire("b")).isEmpty();

    world.checkRows(lent);
    lent.close();
    world.checkRows(world.lease("b"));
    world.check();
  }

  @Test
  void allocate_whileFragmentsStandInTheWay_movesWhatIsLentTogether() {
    PoolFixture world = new PoolFixture(66, A, A2);
    AdapterLease first = world.lease("a");
    AdapterLease second = world.lease("a2");
    world.kv(12);
    first.close();
    assertThat(world.pool.evictColdest()).isTrue();
    assertThat(world.arena.freeCells()).isEqualTo(22);
    assertThat(world.arena.allocate(CellUse.ADAPTER, 20)).isEmpty();

    CellRun run = world.pool.allocate(CellUse.ADAPTER, 22).orElseThrow();

    world.arena.release(run);
    world.checkRows(second);
    world.check();
  }

  @Test
  void compact_leavesNoGapAboveTheLowestOfItsRuns() {
    PoolFixture world = new PoolFixture(400, A, A2, B, M, W);
    for (String order : List.of("a,b,m,w,a2", "w,m,b,a,a2", "m,a,w,a2,b", "b,w,a2,m,a")) {
      String[] names = order.split(",");
      List<AdapterLease> leases = List.of(names).stream().map(world::lease).toList();
      leases.get(0).close();
      leases.get(2).close();
      assertThat(world.pool.evictColdest()).isTrue();

      world.pool.compact();

      int others = world.arena.usedCells(CellUse.ADAPTER) + world.arena.usedCells(CellUse.WINDOW);
      assertThat(world.arena.allocate(CellUse.KV, 400 - others))
          .hasValueSatisfying(run -> {
            world.check();
            world.arena.release(run);
          });
      world.checkRows(leases.get(1));
      world.checkRows(leases.get(3));
      world.checkRows(leases.get(4));
      leases.forEach(AdapterLease::close);
      world.checkIdle();
    }
  }

  @Test
  void compact_ofNothing_doesNothing() {
    PoolFixture world = new PoolFixture(40, A);
    world.pool.compact();
    world.checkIdle();
  }
}
