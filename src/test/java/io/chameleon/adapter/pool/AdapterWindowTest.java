package io.chameleon.adapter.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.fixtures.FakeAdapterDevice;
import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.memory.Arena;
import io.chameleon.memory.CellRun;
import io.chameleon.memory.CellUse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A window of rows of 80 numbers in cells of 12: 1 row is 7 cells, 2 are 14, 3 are 20. */
class AdapterWindowTest {

  private final Arena arena = new Arena(100);
  private final FakeAdapterDevice device = new FakeAdapterDevice(SmallAdapters.MODEL, 100, 12);
  private final WindowShape shape = new WindowShape(SmallAdapters.MODEL, ModuleGroup.ATTENTION);
  private final AdapterWindow window = new AdapterWindow(shape, 12, arena, device);

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
    CellRun above = arena.allocate(CellUse.ADAPTER, 30).orElseThrow();
    take(1);
    arena.release(above);

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
    assertThat(arena.usedCells(CellUse.WINDOW)).isEqualTo(20);
    arena.checkIntegrity();
  }

  @Test
  void take_whereAGapIsLongEnough_fillsTheFirstOne() {
    RowRange first = take(2);
    RowRange second = take(1);
    RowRange third = take(3);
    take(1);
    CellRun before = window.run();
    window.release(first);
    window.release(third);

    assertThat(take(3)).isEqualTo(third);
    assertThat(take(1)).isEqualTo(new RowRange(0, 1));
    assertThat(take(1)).isEqualTo(new RowRange(1, 1));
    assertThat(window.run()).isEqualTo(before);
    assertThat(second).isEqualTo(new RowRange(2, 1));
  }

  @Test
  void take_whereNoGapIsLongEnough_goesToTheEnd() {
    RowRange first = take(1);
    take(1);
    window.release(first);

    assertThat(take(2)).isEqualTo(new RowRange(2, 2));
    assertThat(window.rows()).isEqualTo(4);
  }

  @Test
  void take_withinItsLastCell_needsNoNewOne() {
    // 3 rows are 240 numbers and 20 cells, so nothing is left over; 1 row leaves 4 of 84.
    WindowShape mlp = new WindowShape(SmallAdapters.MODEL, ModuleGroup.MLP);
    AdapterWindow wide = new AdapterWindow(mlp, 400, arena, device);
    RowRange first = wide.take(1, cells -> arena.allocate(CellUse.WINDOW, cells)).orElseThrow();

    Optional<RowRange> more = wide.take(4, cells -> Optional.empty());

    assertThat(first).isEqualTo(new RowRange(0, 1));
    assertThat(more).contains(new RowRange(1, 4));
  }

  @Test
  void take_withoutRoom_isEmptyAndChangesNothing() {
    take(1);
    CellRun before = window.run();

    assertThat(window.take(2, cells -> Optional.empty())).isEmpty();

    assertThat(window.run()).isEqualTo(before);
    assertThat(window.rows()).isEqualTo(1);
    assertThat(take(1)).isEqualTo(new RowRange(1, 1));
  }

  @Test
  void take_onEmptyWindowWithoutRoom_isEmpty() {
    assertThat(window.take(2, cells -> Optional.empty())).isEmpty();
    assertThat(window.run()).isNull();
    assertThat(window.rows()).isZero();
  }

  @Test
  void take_whileMakingRoomMovesTheWindow_keepsItsRows() {
    CellRun above = arena.allocate(CellUse.ADAPTER, 10).orElseThrow();
    take(1);
    write(0, 5);
    CellRun between = arena.allocate(CellUse.ADAPTER, 80).orElseThrow();

    Optional<RowRange> range =
        window.take(
            2,
            cells -> {
              arena.release(above);
              window.compact();
              arena.release(between);
              return arena.allocate(CellUse.WINDOW, cells);
            });

    assertThat(range).contains(new RowRange(1, 2));
    assertThat(read(0)).isEqualTo(5);
    assertThat(arena.usedCells(CellUse.WINDOW)).isEqualTo(20);
    arena.checkIntegrity();
  }

  @Test
  void release_ofTheLastRows_shrinksByWholeRows() {
    take(1);
    RowRange second = take(1);
    RowRange third = take(1);
    write(0, 5);

    window.release(second);
    assertThat(window.rows()).isEqualTo(3);
    assertThat(window.run().cells()).isEqualTo(20);
    window.release(third);

    assertThat(window.rows()).isEqualTo(1);
    assertThat(window.run().cells()).isEqualTo(7);
    assertThat(read(0)).isEqualTo(5);
    arena.checkIntegrity();
  }

  @Test
  void release_ofAllRows_givesAllCellsBack() {
    window.release(take(3));

    assertThat(window.run()).isNull();
    assertThat(arena.freeCells()).isEqualTo(100);
    assertThatThrownBy(window::requireRun).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void release_withinTheLastCell_keepsTheCells() {
    AdapterWindow wide = new AdapterWindow(shape, 400, arena, device);
    assertThat(wide.take(1, cells -> arena.allocate(CellUse.WINDOW, cells))).isPresent();
    RowRange second = wide.take(1, cells -> Optional.empty()).orElseThrow();
    CellRun before = wide.run();

    wide.release(second);

    assertThat(wide.run()).isEqualTo(before);
  }

  @Test
  void release_ofRowsThatAreNotTaken_throws() {
    RowRange taken = take(2);
    assertThatThrownBy(() -> window.release(new RowRange(0, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not taken");
    assertThat(window.rows()).isEqualTo(taken.end());
  }

  @Test
  void compact_movesUpWithAllRows() {
    CellRun above = arena.allocate(CellUse.ADAPTER, 5).orElseThrow();
    take(2);
    write(1, 6);
    arena.release(above);

    window.compact();

    assertThat(window.run()).isEqualTo(new CellRun(86, 14));
    assertThat(read(1)).isEqualTo(6);
    arena.checkIntegrity();
  }

  private RowRange take(int rows) {
    return window.take(rows, cells -> arena.allocate(CellUse.WINDOW, cells)).orElseThrow();
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
