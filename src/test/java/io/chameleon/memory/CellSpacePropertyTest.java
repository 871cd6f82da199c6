package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs of all uses come, go, grow, shrink and are pinned at random. After every step each holds
 * what it must hold. What fits in total fits while nothing is pinned; what does not fit changes
 * nothing.
 */
class CellSpacePropertyTest {

  private static final int CELLS = 120;
  private static final int STEPS = 8_000;

  private final CellContents contents = new CellContents(CELLS);
  private final CellSpace space = contents.space;
  private final Set<OwnedCells> pinned = new HashSet<>();

  private Random random = new Random(0);

  /** What happened, to show that each thing did. */
  private int moves;

  private int failedForWant;
  private int failedForPins;

  @ParameterizedTest
  @ValueSource(longs = {20261124, 20261125, 20261126, 20261127})
  void randomSteps_loseNoNumberAndUseEveryFreeCell(long seed) {
    random = new Random(seed);
    for (int i = 0; i < STEPS; i++) {
      int movedBefore = contents.movedCells();
      step();
      contents.check();
      moves += contents.movedCells() > movedBefore ? 1 : 0;
    }
    System.out.printf(
        "seed %d: %d steps, of which %d moved cells, %d failed for want of cells, %d for pins%n",
        seed, STEPS, moves, failedForWant, failedForPins);
    assertThat(List.of(moves, failedForWant, failedForPins))
        .allSatisfy(count -> assertThat(count).isGreaterThan(STEPS / 100));
  }

  @ParameterizedTest
  @ValueSource(longs = {20261128, 20261129})
  void pinnedRuns_neverMove(long seed) {
    random = new Random(seed);
    for (int i = 0; i < STEPS; i++) {
      List<OwnedCells> before = List.copyOf(pinned);
      List<CellRun> places = before.stream().map(OwnedCells::run).toList();
      step();
      for (int p = 0; p < before.size(); p++) {
        if (pinned.contains(before.get(p))) {
          assertThat(before.get(p).run().start()).isEqualTo(places.get(p).start());
        }
      }
    }
  }

  private void step() {
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> allocate();
      case 3, 4 -> any().ifPresent(this::grow);
      case 5 -> any().ifPresent(this::shrink);
      case 6 -> any().ifPresent(this::release);
      default -> any().ifPresent(this::togglePin);
    }
  }

  private void allocate() {
    CellUse use = List.of(CellUse.values()).get(random.nextInt(3));
    int cells = 1 + random.nextInt(30);
    List<CellRun> before = contents.places();
    ArenaSnapshot accounts = space.snapshot();
    if (contents.tryAllocate(use, cells).isEmpty()) {
      requireExcused(cells, accounts);
      assertThat(contents.places()).isEqualTo(before);
      assertThat(space.snapshot()).isEqualTo(accounts);
    }
  }

  private void grow(OwnedCells run) {
    int more = 1 + random.nextInt(20);
    int keep = random.nextInt(run.cells() + 1);
    List<CellRun> before = contents.places();
    ArenaSnapshot accounts = space.snapshot();
    if (!contents.grow(run, keep, run.cells() + more)) {
      requireExcused(more, accounts);
      assertThat(contents.places()).isEqualTo(before);
      assertThat(space.snapshot()).isEqualTo(accounts);
    }
  }

  private void requireExcused(int cells, ArenaSnapshot accounts) {
    boolean tooMany = cells > accounts.free();
    failedForWant += tooMany ? 1 : 0;
    failedForPins += tooMany ? 0 : 1;
    assertThat(tooMany || !pinned.isEmpty())
        .as("%d cells of %s while nothing is pinned", cells, accounts)
        .isTrue();
  }

  private void shrink(OwnedCells run) {
    if (run.cells() > 1) {
      contents.shrink(run, 1 + random.nextInt(run.cells() - 1));
    }
  }

  private void release(OwnedCells run) {
    pinned.remove(run);
    contents.release(run);
  }

  /** Now and then all pins are taken away, so that free memory must be usable to the last cell. */
  private void togglePin(OwnedCells run) {
    if (pinned.size() >= 3 || pinned.contains(run)) {
      pinned.forEach(space::unpin);
      pinned.clear();
    } else {
      pinned.add(run);
      space.pin(run);
    }
  }

  private Optional<OwnedCells> any() {
    return contents.runs.isEmpty()
        ? Optional.empty()
        : Optional.of(contents.runs.get(random.nextInt(contents.runs.size())));
  }
}
