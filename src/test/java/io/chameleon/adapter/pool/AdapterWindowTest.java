package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellSpace;
import io.chameleon.memory.CellUse;
import io.chameleon.memory.OwnedCells;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A window of rows of 80 numbers in cells of 12: 1 row is 7 cells, 2 are 14, 3 are 20. */
class AdapterWindowTest {

  private final FakeAdapterDevice device = new FakeAdapterDevice(SmallAdapters.MODEL, 100, 12);
  private final CellSpace space = new CellSpace(new Arena(100), device);
  private final ArenaRoom room = EmptyRoom.of(48, device, space);
  private final WindowShape shape = new WindowShape(SmallAdapters.MODEL, ModuleGroup.ATTENTION);
  private final AdapterWindow window = new AdapterWindow(shape, 12, space);

  @Test
  void cellsFor_rows_roundsUpTheWhole() {
    assertThat(shape.rowElements()).isEqualTo(80);
    assertThat(window.cellsFor(0)).isZero();
    assertThat(window.cellsFor(1)).isEqualTo(7);
    assertThat(window.cellsFor(2)).isEqualTo(14);
    assertThat(window.cellsFor(3)).isEqualTo(20);
  }

  @Test
  void take_onEmptyWindow_startsAtRowZero() {
    assertThat(take(2)).isEqualTo(new RowRange(0, 2));
    assertThat(window.run()).isEqualTo(new CellRun(86, 14));
    assertThat(window.rows()).isEqualTo(2);
  }

  @Test
  void take_withFreeCellsAbove_growsInPlace() {
    OwnedCells above = space.allocate(CellUse.ADAPTER, 30).orElseThrow();
    take(1);
    space.release(above);

    take(2);

    assertThat(window.run()).isEqualTo(new CellRun(63, 20));
  }

  @Test
  void take_withoutFreeCellsAbove_movesWithItsRows() {
    take(1);
    write(0, 5);

    assertThat(take(2)).isEqualTo(new RowRange(1, 2));

    assertThat(window.run()).isEqualTo(new CellRun(73, 20));
    assertThat(read(0)).isEqualTo(5);
    assertThat(space.usedCells(CellUse.WINDOW)).isEqualTo(20);
    space.checkIntegrity();
  }

  @Test
  void take_withRoomForTheDifferenceAlone_slidesIntoIt() {
    take(2);
    write(1, 5);
    OwnedCells below = space.allocate(CellUse.KV, 80).orElseThrow();
    assertThat(space.freeCells()).isEqualTo(6);

    assertThat(take(1)).isEqualTo(new RowRange(2, 1));

    assertThat(window.run()).isEqualTo(new CellRun(80, 20));
    assertThat(read(1)).isEqualTo(5);
    assertThat(below.run()).isEqualTo(new CellRun(0, 80));
  }

  @Test
  void take_whereAGapIsLongEnough_fillsTheFirstOne() {
    RowRange first = take(2);
    RowRange second = take(1);
    RowRange third = take(1);
    take(1);
    CellRun before = window.run();
    window.release(first);
    window.release(third);

    assertThat(window.growthFor(2)).isZero();
    assertThat(take(2)).isEqualTo(first);
    assertThat(take(1)).isEqualTo(third);
    assertThat(window.run()).isEqualTo(before);
    assertThat(second).isEqualTo(new RowRange(2, 1));
  }

  @Test
  void take_whereNoGapIsLongEnough_goesToTheEnd() {
    RowRange first = take(1);
    take(1);
    window.release(first);

    assertThat(window.growthFor(2)).isEqualTo(window.cellsFor(4) - window.cellsFor(2));
    assertThat(take(2)).isEqualTo(new RowRange(2, 2));
    assertThat(window.rows()).isEqualTo(4);
  }

  @Test
  void take_withoutRoom_isNullAndChangesNothing() {
    take(1);
    assertThat(space.allocate(CellUse.KV, 90)).isPresent();
    CellRun before = window.run();

    assertThat(window.take(1, room)).isNull();

    assertThat(window.run()).isEqualTo(before);
    assertThat(window.rows()).isEqualTo(1);
    assertThat(space.freeCells()).isEqualTo(3);
  }

  @Test
  void take_onEmptyWindowWithoutRoom_isNull() {
    assertThat(space.allocate(CellUse.KV, 90)).isPresent();
    assertThat(window.take(2, room)).isNull();
    assertThat(window.run()).isNull();
    assertThat(window.rows()).isZero();
  }

  @Test
  void release_ofTheLastRows_shrinksToThoseBefore() {
    take(1);
    RowRange second = take(1);
    RowRange third = take(1);
    write(0, 5);

    window.release(second);
    assertThat(window.rows()).isEqualTo(3);
    assertThat(window.cells()).isEqualTo(20);
    window.release(third);

    assertThat(window.rows()).isEqualTo(1);
    assertThat(window.cells()).isEqualTo(7);
    assertThat(read(0)).isEqualTo(5);
    space.checkIntegrity();
  }

  @Test
  void release_ofAllRows_givesAllCellsBack() {
    window.release(take(3));

    assertThat(window.run()).isNull();
    assertThat(space.freeCells()).isEqualTo(100);
    assertThatThrownBy(window::requireRun).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void release_ofRowsThatAreNotTaken_throws() {
    RowRange taken = take(2);
    assertThatThrownBy(() -> window.release(new RowRange(0, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not taken");
    assertThat(window.rows()).isEqualTo(taken.end());
  }

  private RowRange take(int rows) {
    return Objects.requireNonNull(window.take(rows, room));
  }

  /** Writes a row from end to end. */
  private void write(int row, float value) {
    for (int i = 0; i < shape.rowElements(); i++) {
      device.write(window.requireRun(), row * shape.rowElements() + i, value);
    }
  }

  /** The number that a row holds throughout. */
  private float read(int row) {
    float first = device.read(window.requireRun(), row * shape.rowElements());
    for (int i = 0; i < shape.rowElements(); i++) {
      assertThat(device.read(window.requireRun(), row * shape.rowElements() + i)).isEqualTo(first);
    }
    return first;
  }
}
