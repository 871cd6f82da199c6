package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import java.util.Optional;
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
  void capacity_leavesRoomForTheLargestAdapter() {
    assertThat(world.cells.capacity()).isEqualTo(60 - 27);
    assertThat(new PoolFixture(50).cells.capacity()).isEqualTo(50);
    assertThat(new PoolFixture(20, SmallAdapters.attention("b", 2, 3)).cells.capacity()).isZero();
  }

  @Test
  void allocate_whereCellsAreFree_evictsNothing() {
    world.lease("a").close();
    world.lease("b").close();

    assertThat(world.cells.allocate(48)).contains(new CellRun(0, 48));
    assertThat(world.residents()).containsExactly("a", "b");
    world.check();
  }

  @Test
  void allocate_whereIdleAdaptersStand_evictsTheColdestUntilThereIsRoom() {
    for (String name : new String[] {"a", "b", "c", "a", "b"}) {
      world.lease(name).close();
    }

    assertThat(world.cells.allocate(47)).isPresent();
    assertThat(world.residents()).containsExactly("a", "b");
    assertThat(world.cells.allocate(13)).isPresent();
    assertThat(world.residents()).isEmpty();
    assertThat(world.cells.allocate(1)).isEmpty();
    world.check();
  }

  @Test
  void allocate_besideLentAdapters_isEmptyAndLeavesThem() {
    AdapterLease lease = world.lease("a");

    assertThat(world.cells.allocate(42)).isEmpty();
    assertThat(world.cells.allocate(41)).isPresent();

    world.checkRows(lease);
    world.check();
  }

  @Test
  void allocate_whileFragmentsStandInTheWay_movesAdaptersTogether() {
    world.lease("a").close();
    AdapterLease lease = world.lease("c");

    // a lies at the top and leaves; below it are the window and c.
    assertThat(world.cells.allocate(41)).isPresent();

    assertThat(world.residents()).containsExactly("c");
    world.checkRows(lease);
    world.check();
  }

  @Test
  void grow_whereTheNextCellsAreFree_staysInPlace() {
    CellRun run = world.kv(5);
    fill(run, 5);

    CellRun longer = world.cells.grow(run, 5, 9).orElseThrow();

    assertThat(longer).isEqualTo(new CellRun(0, 9));
    checkFilled(longer, 5);
  }

  @Test
  void grow_whereTheNextCellsAreTaken_movesWithItsContent() {
    CellRun run = world.kv(5);
    CellRun next = world.kv(5);
    fill(run, 3);

    CellRun longer = world.cells.grow(run, 3, 9).orElseThrow();

    assertThat(longer).isEqualTo(new CellRun(10, 9));
    checkFilled(longer, 3);
    assertThat(world.arena.usedCells(CellUse.KV)).isEqualTo(14);
    assertThat(world.cells.allocate(5)).contains(run);
    assertThat(next).isEqualTo(new CellRun(5, 5));
    world.check();
  }

  @Test
  void grow_whereAnIdleAdapterStandsInTheWay_evictsIt() {
    world.lease("a").close();
    CellRun run = world.kv(55);
    fill(run, 55);

    CellRun longer = world.cells.grow(run, 55, 60).orElseThrow();

    assertThat(longer).isEqualTo(new CellRun(0, 60));
    checkFilled(longer, 55);
    assertThat(world.residents()).isEmpty();
    world.check();
  }

  @Test
  void grow_whereOnlyFreeCellsOnBothSidesDo_slidesDown() {
    CellRun low = world.kv(20);
    CellRun run = world.kv(30);
    fill(run, 30);
    world.cells.release(low);

    CellRun longer = world.cells.grow(run, 30, 60).orElseThrow();

    assertThat(longer).isEqualTo(new CellRun(0, 60));
    checkFilled(longer, 30);
    world.check();
  }

  @Test
  void grow_besideALentAdapter_reachesAllThatItLeaves() {
    world.lease("b").close();
    CellRun low = world.kv(10);
    CellRun run = world.kv(8);
    fill(run, 8);
    AdapterLease lease = world.lease("a");
    world.cells.release(low);

    assertThat(world.cells.grow(run, 8, 42)).isEmpty();
    checkFilled(run, 8);
    CellRun longer = world.cells.grow(run, 8, 41).orElseThrow();

    assertThat(longer).isEqualTo(new CellRun(0, 41));
    checkFilled(longer, 8);
    world.checkRows(lease);
    world.check();
  }

  @Test
  void grow_withoutRoom_isEmptyAndKeepsTheRun() {
    CellRun run = world.kv(30);
    fill(run, 30);
    CellRun other = world.kv(25);

    assertThat(world.cells.grow(run, 30, 36)).isEqualTo(Optional.empty());

    checkFilled(run, 30);
    world.cells.release(other);
    world.cells.release(run);
    world.checkIdle();
  }

  private void fill(CellRun run, int cells) {
    for (int i = 0; i < cells * PoolFixture.CELL_ELEMENTS; i++) {
      world.device.write(run, i, i + 1f);
    }
  }

  private void checkFilled(CellRun run, int cells) {
    FakeAdapterDevice device = world.device;
    for (int i = 0; i < cells * PoolFixture.CELL_ELEMENTS; i++) {
      assertThat(device.read(run, i)).isEqualTo(i + 1f);
    }
  }
}
