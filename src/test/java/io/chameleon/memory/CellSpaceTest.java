package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How room is made by moving, step by step in an arena of twenty cells. */
class CellSpaceTest {

  private final CellContents contents = new CellContents(20);
  private final CellSpace space = contents.space;

  @Test
  void allocate_intoFragments_movesTheFewestCellsTogether() {
    OwnedCells first = contents.allocate(CellUse.KV, 4);
    OwnedCells small = contents.allocate(CellUse.KV, 1);
    OwnedCells gap = contents.allocate(CellUse.KV, 4);
    OwnedCells large = contents.allocate(CellUse.KV, 7);
    contents.release(first);
    contents.release(gap);

    OwnedCells wanted = contents.allocate(CellUse.KV, 8);

    assertThat(contents.movedCells()).isEqualTo(1);
    assertThat(small.run()).isEqualTo(new CellRun(0, 1));
    assertThat(wanted.run()).isEqualTo(new CellRun(1, 8));
    assertThat(large.run()).isEqualTo(new CellRun(9, 7));
    contents.check();
  }

  @Test
  void allocateAsIs_intoFragments_movesNobody() {
    OwnedCells first = contents.allocate(CellUse.KV, 8);
    var _ = contents.allocate(CellUse.KV, 4);
    contents.release(first);

    assertThat(space.allocateAsIs(CellUse.KV, 9)).isEmpty();
    assertThat(contents.movedCells()).isZero();
  }

  @Test
  void grow_withFreeCellsBehind_staysWhereItIs() {
    OwnedCells run = contents.allocate(CellUse.KV, 4);

    assertThat(contents.grow(run, 3, 9)).isTrue();

    assertThat(run.run()).isEqualTo(new CellRun(0, 9));
    assertThat(contents.movedCells()).isZero();
  }

  @Test
  void grow_withRoomElsewhere_takesItsContentThere() {
    OwnedCells run = contents.allocate(CellUse.KV, 4);
    var _ = contents.allocate(CellUse.KV, 2);

    assertThat(contents.grow(run, 3, 9)).isTrue();

    assertThat(run.run()).isEqualTo(new CellRun(6, 9));
    assertThat(contents.movedCells()).isEqualTo(3);
    contents.check();
  }

  @Test
  void grow_withRoomInFragmentsAlone_pushesItsNeighboursAway() {
    OwnedCells low = contents.allocate(CellUse.KV, 2);
    OwnedCells run = contents.allocate(CellUse.KV, 7);
    OwnedCells neighbour = contents.allocate(CellUse.ADAPTER, 9);
    contents.release(low);

    assertThat(contents.grow(run, 7, 11)).isTrue();

    assertThat(run.run()).isEqualTo(new CellRun(0, 11));
    assertThat(neighbour.run()).isEqualTo(new CellRun(11, 9));
    contents.check();
  }

  @Test
  void pinned_run_keepsFragmentsApartUntilItIsUnpinned() {
    OwnedCells high = contents.allocate(CellUse.ADAPTER, 4);
    OwnedCells pinned = contents.allocate(CellUse.ADAPTER, 4);
    contents.release(high);
    space.pin(pinned);

    assertThat(space.freeCells()).isEqualTo(16);
    assertThat(space.allocate(CellUse.KV, 13)).isEmpty();
    assertThat(contents.grow(pinned, 4, 9)).isFalse();
    assertThat(contents.grow(pinned, 4, 8)).as("in place").isTrue();
    assertThat(pinned.run()).isEqualTo(new CellRun(12, 8));

    contents.shrink(pinned, 4);
    space.unpin(pinned);
    assertThat(space.allocate(CellUse.KV, 13)).isPresent();
    assertThat(pinned.run().start()).isNotEqualTo(12);
    contents.check();
  }

  @Test
  void run_ofCellsGivenBack_isAFault() {
    OwnedCells run = contents.allocate(CellUse.WINDOW, 4);
    contents.release(run);

    assertThatIllegalStateException()
        .isThrownBy(run::run)
        .withMessage("CellRun[start=16, cells=4] has been given back");
    assertThatIllegalStateException().isThrownBy(() -> space.release(run));
    assertThatIllegalStateException().isThrownBy(() -> space.pin(run));
    space.checkIntegrity();
  }

  @Test
  void accounts_areThoseOfTheArena() {
    OwnedCells kv = contents.allocate(CellUse.KV, 4);
    var _ = contents.allocate(CellUse.ADAPTER, 5);
    var _ = contents.allocate(CellUse.WINDOW, 6);
    contents.shrink(kv, 3);

    assertThat(space.snapshot()).isEqualTo(new ArenaSnapshot(20, 6, 3, 5, 6));
    assertThat(space.cells()).isEqualTo(20);
    assertThat(space.freeCells()).isEqualTo(6);
    assertThat(List.of(CellUse.values())).extracting(space::usedCells).containsExactly(3, 5, 6);
    assertThat(kv).hasToString("KV CellRun[start=0, cells=3]");
  }
}
