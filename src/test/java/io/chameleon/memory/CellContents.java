package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A space over an array, which knows what each run must hold. Every cell gets another number. */
final class CellContents implements CellMover {

  final CellSpace space;
  final List<OwnedCells> runs = new ArrayList<>();

  private final int[] memory;
  private final Map<OwnedCells, int[]> wanted = new LinkedHashMap<>();
  private int numbers;
  private int movedCells;

  CellContents(int cells) {
    this.memory = new int[cells];
    this.space = new CellSpace(new Arena(cells), this);
  }

  @Override
  public void move(CellRun from, CellRun to, int cells) {
    assertThat(cells).isBetween(0, Math.min(from.cells(), to.cells()));
    System.arraycopy(memory, from.start(), memory, to.start(), cells);
    movedCells += cells;
  }

  @Override
  public void clear(CellRun run) {
    throw new AssertionError("a space clears nothing: " + run);
  }

  /** Cells that were ever copied. */
  int movedCells() {
    return movedCells;
  }

  /** Takes a run, which must be possible, and fills it. */
  OwnedCells allocate(CellUse use, int cells) {
    return tryAllocate(use, cells).orElseThrow();
  }

  Optional<OwnedCells> tryAllocate(CellUse use, int cells) {
    Optional<OwnedCells> run = space.allocate(use, cells);
    run.ifPresent(taken -> {
      assertThat(taken.cells()).isEqualTo(cells);
      assertThat(taken.use()).isEqualTo(use);
      runs.add(taken);
      wanted.put(taken, new int[0]);
      fill(taken, 0);
    });
    return run;
  }

  boolean grow(OwnedCells run, int keep, int cells) {
    boolean grown = space.grow(run, keep, cells);
    if (grown) {
      assertThat(run.cells()).isEqualTo(cells);
      fill(run, keep);
    }
    return grown;
  }

  void shrink(OwnedCells run, int cells) {
    space.shrink(run, cells);
    wanted.computeIfPresent(run, (key, numbers) -> Arrays.copyOf(numbers, cells));
  }

  void release(OwnedCells run) {
    space.release(run);
    runs.remove(run);
    wanted.remove(run);
  }

  /** Where every run lies. */
  List<CellRun> places() {
    return runs.stream().map(OwnedCells::run).toList();
  }

  /** Accounts and contents are right. */
  void check() {
    space.checkIntegrity();
    wanted.forEach((run, content) ->
        assertThat(Arrays.copyOfRange(memory, run.run().start(), run.run().end()))
            .as("content of %s", run)
            .isEqualTo(content));
  }

  /** Gives the cells behind the first ones new numbers. */
  private void fill(OwnedCells run, int keep) {
    CellRun place = run.run();
    for (int i = keep; i < place.cells(); i++) {
      memory[place.start() + i] = ++numbers;
    }
    int[] content = Arrays.copyOf(wanted.getOrDefault(run, new int[0]), place.cells());
    System.arraycopy(memory, place.start() + keep, content, keep, place.cells() - keep);
    wanted.put(run, content);
  }
}
