package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaTest {

  @Test
  void allocate_kvAndAdapters_growFromOppositeEnds() {
    Arena arena = new Arena(100);

    assertThat(arena.allocate(CellUse.KV, 10)).contains(new CellRun(0, 10));
    assertThat(arena.allocate(CellUse.KV, 5)).contains(new CellRun(10, 5));
    assertThat(arena.allocate(CellUse.ADAPTER, 20)).contains(new CellRun(80, 20));
    assertThat(arena.allocate(CellUse.WINDOW, 30)).contains(new CellRun(50, 30));
    assertThat(arena.freeCells()).isEqualTo(35);
    arena.checkIntegrity();
  }

  @Test
  void allocate_moreThanTheLongestFreeRun_isEmpty() {
    Arena arena = new Arena(10);
    CellRun first = arena.allocate(CellUse.KV, 4).orElseThrow();
    var _ = arena.allocate(CellUse.KV, 2).orElseThrow();
    arena.release(first);

    assertThat(arena.freeCells()).isEqualTo(8);
    assertThat(arena.allocate(CellUse.KV, 5)).isEmpty();
    assertThat(arena.allocate(CellUse.KV, 4)).contains(new CellRun(0, 4));
  }

  @Test
  void extend_nextCellsFree_keepsTheStart() {
    Arena arena = new Arena(10);
    CellRun run = arena.allocate(CellUse.KV, 4).orElseThrow();

    assertThat(arena.extend(run, 7)).contains(new CellRun(0, 7));
    assertThat(arena.usedCells(CellUse.KV)).isEqualTo(7);
    arena.checkIntegrity();
  }

  @Test
  void extend_nextCellsTaken_isEmptyAndChangesNothing() {
    Arena arena = new Arena(10);
    CellRun run = arena.allocate(CellUse.KV, 4).orElseThrow();
    var _ = arena.allocate(CellUse.KV, 1).orElseThrow();

    assertThat(arena.extend(run, 5)).isEmpty();
    assertThat(arena.usedCells(CellUse.KV)).isEqualTo(5);
    arena.checkIntegrity();
  }

  @Test
  void relocate_ontoItsOwnCells_keepsLengthAndAccounts() {
    Arena arena = new Arena(10);
    CellRun low = arena.allocate(CellUse.KV, 3).orElseThrow();
    CellRun run = arena.allocate(CellUse.KV, 4).orElseThrow();
    var _ = arena.allocate(CellUse.ADAPTER, 3).orElseThrow();
    arena.release(low);

    assertThat(arena.relocate(run, 1)).isEqualTo(new CellRun(1, 4));
    assertThat(arena.usedCells(CellUse.KV)).isEqualTo(4);
    assertThat(arena.allocate(CellUse.KV, 2)).contains(new CellRun(5, 2));
    arena.checkIntegrity();
  }

  @Test
  void segments_ofAnyArena_tileItInOrder() {
    Arena arena = new Arena(10);
    CellRun low = arena.allocate(CellUse.KV, 3).orElseThrow();
    CellRun run = arena.allocate(CellUse.KV, 2).orElseThrow();
    CellRun high = arena.allocate(CellUse.WINDOW, 4).orElseThrow();
    arena.release(low);

    assertThat(arena.segments())
        .containsExactly(
            new Arena.Segment(low, null),
            new Arena.Segment(run, CellUse.KV),
            new Arena.Segment(new CellRun(5, 1), null),
            new Arena.Segment(high, CellUse.WINDOW));
    assertThat(arena.ownerOf(high)).isEqualTo(CellUse.WINDOW);
  }

  @Test
  void shrink_tail_becomesFree() {
    Arena arena = new Arena(10);
    CellRun run = arena.allocate(CellUse.WINDOW, 6).orElseThrow();

    assertThat(arena.shrink(run, 2)).isEqualTo(new CellRun(4, 2));
    assertThat(arena.allocate(CellUse.KV, 4)).contains(new CellRun(0, 4));
    assertThat(arena.allocate(CellUse.KV, 4)).contains(new CellRun(6, 4));
    arena.checkIntegrity();
  }

  @Test
  void release_runThatIsNotOwned_throws() {
    Arena arena = new Arena(10);
    CellRun run = arena.allocate(CellUse.KV, 4).orElseThrow();
    arena.release(run);

    assertThatThrownBy(() -> arena.release(run))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not owned");
  }

  @Test
  void randomMoves_anyOrder_keepTheAccountsExact() {
    long seed = 20261124;
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    Arena arena = new Arena(500);
    List<CellRun> runs = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      step(arena, runs, random);
      arena.checkIntegrity();
      int owned = runs.stream().mapToInt(CellRun::cells).sum();
      assertThat(arena.freeCells()).isEqualTo(500 - owned);
      ArenaSnapshot snapshot = arena.snapshot();
      assertThat(snapshot.free()).isEqualTo(500 - owned);
      assertThat(snapshot.kv() + snapshot.adapter() + snapshot.window()).isEqualTo(owned);
    }
  }

  private static void step(Arena arena, List<CellRun> runs, Random random) {
    if (runs.isEmpty() || random.nextInt(3) == 0) {
      CellUse use = List.of(CellUse.values()).get(random.nextInt(3));
      arena.allocate(use, 1 + random.nextInt(40)).ifPresent(runs::add);
      return;
    }
    int i = random.nextInt(runs.size());
    CellRun run = runs.get(i);
    Optional<CellRun> changed =
        switch (random.nextInt(4)) {
          case 0 -> arena.extend(run, run.cells() + 1 + random.nextInt(20));
          case 1 -> relocated(arena, run, random);
          case 2 ->
              run.cells() == 1
                  ? Optional.empty()
                  : Optional.of(arena.shrink(run, 1 + random.nextInt(run.cells() - 1)));
          default -> {
            arena.release(run);
            runs.remove(i);
            yield Optional.empty();
          }
        };
    changed.ifPresent(longer -> runs.set(i, longer));
  }

  /** Anywhere in a free run that it fits into. */
  private static Optional<CellRun> relocated(Arena arena, CellRun run, Random random) {
    return arena.segments().stream()
        .filter(segment -> segment.use() == null && segment.run().cells() >= run.cells())
        .map(Arena.Segment::run)
        .findAny()
        .map(gap ->
            arena.relocate(run, gap.start() + random.nextInt(gap.cells() - run.cells() + 1)));
  }
}
