package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

/** What the arena refuses, leaving its accounts as they were. */
class ArenaMisuseTest {

  private final Arena arena = new Arena(20);
  private final CellRun run = arena.allocate(CellUse.KV, 5).orElseThrow();

  @Test
  void arena_withoutCells_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Arena(0))
        .withMessage("an arena of 0 cells; it must have at least 1");
  }

  @Test
  void extend_toNoMoreCells_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> arena.extend(run, 5))
        .withMessageContaining("to 5 cells");
    checkUnchanged();
  }

  @Test
  void shrink_toNoneOrNoFewerCells_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> arena.shrink(run, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> arena.shrink(run, 5));
    checkUnchanged();
  }

  @Test
  void anyMove_ofARunThatIsNotOwnedLikeThat_isRefused() {
    CellRun part = new CellRun(run.start(), 4);
    CellRun free = new CellRun(10, 2);
    assertThatIllegalStateException().isThrownBy(() -> arena.release(part));
    assertThatIllegalStateException().isThrownBy(() -> arena.extend(free, 3));
    assertThatIllegalStateException().isThrownBy(() -> arena.relocate(free, 3));
    assertThatIllegalStateException().isThrownBy(() -> arena.shrink(part, 2));
    checkUnchanged();
  }

  @Test
  void relocate_toCellsThatAreNotFree_isRefused() {
    CellRun other = arena.allocate(CellUse.ADAPTER, 4).orElseThrow();

    assertThatIllegalStateException()
        .isThrownBy(() -> arena.relocate(run, other.start() - 2))
        .withMessageContaining("is not free");
  }

  private void checkUnchanged() {
    arena.checkIntegrity();
    assertThat(arena.cells()).isEqualTo(20);
    assertThat(arena.freeCells()).isEqualTo(15);
    assertThat(arena.usedCells(CellUse.KV)).isEqualTo(5);
  }
}
