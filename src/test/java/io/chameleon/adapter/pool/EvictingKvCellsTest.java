package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import org.junit.jupiter.api.Test;

/** Cells at rest and in the window: a and c 5 + 14, b 7 + 20. */
class EvictingKvCellsTest {

  private final PoolFixture world =
      new PoolFixture(
          60,
          SmallAdapters.attention("a", 1, 2),
          SmallAdapters.attention("b", 2, 3),
          SmallAdapters.attention("c", 3, 2));

  @Test
  void capacity_leavesRoomForTheRowsOfTheLargestAdapter() {
    assertThat(world.cells.capacity()).isEqualTo(60 - 20);
    assertThat(new PoolFixture(50).cells.capacity()).isEqualTo(50);
    assertThat(new PoolFixture(20, SmallAdapters.attention("b", 2, 3)).cells.capacity()).isZero();
  }

  @Test
  void allocate_whereCellsAreFree_evictsNothing() {
    world.use("a");
    world.use("b");

    assertThat(world.kv(48).run()).isEqualTo(new CellRun(0, 48));
    assertThat(world.residents()).containsExactly("a", "b");
    world.check();
  }

  @Test
  void allocate_whereIdleAdaptersStand_evictsAsManyAsItMust() {
    for (String name : new String[] {"a", "b", "c", "a", "b"}) {
      world.use(name);
    }

    world.kv(47);
    assertThat(world.residents()).containsExactly("a", "b");
    world.kv(13);
    assertThat(world.residents()).isEmpty();
    assertThat(world.cells.allocate(1)).isEmpty();
    world.check();
  }

  @Test
  void allocate_besideLentAdapters_reachesAllButTheirRows() {
    AdapterLease lease = world.lease("a");

    assertThat(world.cells.allocate(47)).isEmpty();
    assertThat(world.cells.allocate(46)).isPresent();

    world.checkRows(lease);
    world.check();
  }

  @Test
  void allocate_clearsWhatItGivesOut() {
    OwnedCells first = world.kv(20);
    fill(first, 20);
    world.cells.release(first);

    OwnedCells second = world.kv(30);

    for (int i = 0; i < 30 * PoolFixture.CELL_ELEMENTS; i++) {
      assertThat(world.device.read(second.run(), i)).isZero();
    }
  }

  @Test
  void grow_whereTheNextCellsAreFree_staysInPlace() {
    OwnedCells run = world.kv(5);
    fill(run, 5);

    assertThat(world.cells.grow(run, 5, 9)).isTrue();

    assertThat(run.run()).isEqualTo(new CellRun(0, 9));
    checkFilled(run, 5);
  }

  @Test
  void grow_whereTheNextCellsAreTaken_movesWithItsContent() {
    OwnedCells run = world.kv(5);
    OwnedCells next = world.kv(5);
    fill(run, 3);

    assertThat(world.cells.grow(run, 3, 9)).isTrue();

    assertThat(run.run()).isEqualTo(new CellRun(10, 9));
    checkFilled(run, 3);
    assertThat(world.used(CellUse.KV)).isEqualTo(14);
    assertThat(next.run()).isEqualTo(new CellRun(5, 5));
    world.check();
  }

  @Test
  void grow_whereAnIdleAdapterStandsInTheWay_evictsIt() {
    world.use("a");
    OwnedCells run = world.kv(55);
    fill(run, 55);

    assertThat(world.cells.grow(run, 55, 60)).isTrue();

    checkFilled(run, 55);
    assertThat(world.residents()).isEmpty();
    world.check();
  }

  @Test
  void grow_byAFewCells_evictsForThoseAlone() {
    world.use("a");
    world.use("b");
    OwnedCells first = world.kv(24);
    OwnedCells second = world.kv(24);
    fill(first, 24);
    fill(second, 24);

    assertThat(world.cells.grow(first, 24, 29)).isTrue();

    // Neither is there room for a second copy of it, nor was it needed: its neighbour moved.
    assertThat(world.residents()).containsExactly("b");
    checkFilled(first, 24);
    checkFilled(second, 24);
    world.check();
  }

  @Test
  void grow_whereOnlyFreeCellsOnBothSidesDo_slidesDown() {
    OwnedCells low = world.kv(20);
    OwnedCells run = world.kv(30);
    fill(run, 30);
    world.cells.release(low);

    assertThat(world.cells.grow(run, 30, 60)).isTrue();

    assertThat(run.run()).isEqualTo(new CellRun(0, 60));
    checkFilled(run, 30);
    world.check();
  }

  @Test
  void grow_besideALentAdapter_reachesAllThatItLeaves() {
    world.use("b");
    OwnedCells low = world.kv(10);
    OwnedCells run = world.kv(8);
    fill(run, 8);
    AdapterLease lease = world.lease("a");
    world.cells.release(low);

    assertThat(world.cells.grow(run, 8, 47)).isFalse();
    checkFilled(run, 8);
    assertThat(world.cells.grow(run, 8, 46)).isTrue();

    checkFilled(run, 8);
    world.checkRows(lease);
    world.check();
  }

  @Test
  void grow_withoutRoom_isFalseAndKeepsTheRun() {
    OwnedCells run = world.kv(30);
    fill(run, 30);
    OwnedCells other = world.kv(25);

    assertThat(world.cells.grow(run, 30, 36)).isFalse();

    checkFilled(run, 30);
    world.cells.release(other);
    world.cells.release(run);
    world.checkIdle();
  }

  private void fill(OwnedCells run, int cells) {
    for (int i = 0; i < cells * PoolFixture.CELL_ELEMENTS; i++) {
      world.device.write(run.run(), i, i + 1f);
    }
  }

  private void checkFilled(OwnedCells run, int cells) {
    for (int i = 0; i < cells * PoolFixture.CELL_ELEMENTS; i++) {
      assertThat(world.device.read(run.run(), i)).isEqualTo(i + 1f);
    }
  }
}
