package io.chameleon.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which cells of the one device allocation. Pure accounting: no byte is touched here.
 *
 * <p>KV grows from the low end and everything else from the high end, with no border between them,
 * so that each may use what the other leaves:
 *
 * <pre>
 * 0                                                          cells
 * | kv | kv |  | kv |            free            | adapter | window | adapter |
 * </pre>
 *
 * <p>Free cells + KV + adapters + window = all cells, always; {@link #checkIntegrity} verifies it
 * from the runs themselves. For the engine thread alone.
 */
public final class Arena {

  /**
   * A run of cells with one owner, or with none.
   *
   * @param use what it is used for, or null if it is free
   */
  record Segment(CellRun run, @Nullable CellUse use) {}

  /** A run that has an owner, by its start. */
  private record Owned(int cells, CellUse use) {}

  private final int cells;

  /** Free runs by their start; neighbours are always merged. */
  private final TreeMap<Integer, Integer> free = new TreeMap<>();

  private final TreeMap<Integer, Owned> owned = new TreeMap<>();

  private final Map<CellUse, Integer> used = new EnumMap<>(CellUse.class);

  /**
   * @param cells size of the arena, at least 1
   */
  public Arena(int cells) {
    if (cells < 1) {
      throw new IllegalArgumentException(
          "an arena of %d cells; it must have at least 1".formatted(cells));
    }
    this.cells = cells;
    free.put(0, cells);
    for (CellUse use : CellUse.values()) {
      used.put(use, 0);
    }
  }

  /** Takes a run of exactly this many cells, or nothing if no free run is long enough. */
  public Optional<CellRun> allocate(CellUse use, int count) {
    Optional<CellRun> run = use == CellUse.KV ? lowest(count) : highest(count);
    run.ifPresent(r -> take(r, use));
    return run;
  }

  /** Lengthens a run in place to this many cells, or answers nothing if the next are not free. */
  public Optional<CellRun> extend(CellRun run, int count) {
    CellUse use = useOf(run);
    int missing = count - run.cells();
    if (missing <= 0) {
      throw new IllegalArgumentException("extend %s to %d cells".formatted(run, count));
    }
    Integer next = free.get(run.end());
    if (next == null || next < missing) {
      return Optional.empty();
    }
    carve(new CellRun(run.end(), missing));
    CellRun longer = new CellRun(run.start(), count);
    owned.put(run.start(), new Owned(count, use));
    used.merge(use, missing, Integer::sum);
    return Optional.of(longer);
  }

  /** Shortens a run in place; the cells at its end become free. */
  public CellRun shrink(CellRun run, int count) {
    CellUse use = useOf(run);
    if (count < 1 || count >= run.cells()) {
      throw new IllegalArgumentException("shrink %s to %d cells".formatted(run, count));
    }
    owned.put(run.start(), new Owned(count, use));
    used.merge(use, count - run.cells(), Integer::sum);
    addFree(new CellRun(run.start() + count, run.cells() - count));
    return new CellRun(run.start(), count);
  }

  /**
   * Gives a run another place, which may overlap its own; the caller moves the content.
   *
   * @throws IllegalStateException if the place is not free
   */
  public CellRun relocate(CellRun run, int start) {
    CellUse use = useOf(run);
    release(run);
    CellRun moved = new CellRun(start, run.cells());
    take(moved, use);
    return moved;
  }

  /** Gives a run back. */
  public void release(CellRun run) {
    CellUse use = useOf(run);
    owned.remove(run.start());
    used.merge(use, -run.cells(), Integer::sum);
    addFree(run);
  }

  /** All runs, free ones too, from the first cell to the last. */
  List<Segment> segments() {
    List<Segment> segments = new ArrayList<>(owned.size() + free.size());
    owned.forEach(
        (start, run) -> segments.add(new Segment(new CellRun(start, run.cells()), run.use())));
    free.forEach((start, count) -> segments.add(new Segment(new CellRun(start, count), null)));
    segments.sort(Comparator.comparingInt(segment -> segment.run().start()));
    return segments;
  }

  /**
   * What a run is used for.
   *
   * @throws IllegalStateException if it is not owned
   */
  CellUse ownerOf(CellRun run) {
    return useOf(run);
  }

  /** All cells. */
  public int cells() {
    return cells;
  }

  /** Cells that nobody owns. */
  public int freeCells() {
    return cells - used.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Who owns how many cells. The free ones are counted run by run, not by what is left over. */
  public ArenaSnapshot snapshot() {
    return new ArenaSnapshot(
        cells,
        free.values().stream().mapToInt(Integer::intValue).sum(),
        usedCells(CellUse.KV),
        usedCells(CellUse.ADAPTER),
        usedCells(CellUse.WINDOW));
  }

  /** Cells owned for this use. */
  public int usedCells(CellUse use) {
    return used.getOrDefault(use, 0);
  }

  /**
   * Walks all runs and verifies that they tile the arena and add up to the counts.
   *
   * @throws IllegalStateException naming the first contradiction
   */
  public void checkIntegrity() {
    Map<CellUse, Integer> counted = new EnumMap<>(CellUse.class);
    int at = 0;
    boolean lastWasFree = false;
    while (at < cells) {
      Owned run = owned.get(at);
      Integer gap = free.get(at);
      if ((run == null) == (gap == null) || (gap != null && lastWasFree)) {
        throw new IllegalStateException(
            "cell %d: owned by %s, free run %s".formatted(at, run, gap));
      }
      if (run != null) {
        counted.merge(run.use(), run.cells(), Integer::sum);
      }
      lastWasFree = gap != null;
      at += run != null ? run.cells() : gap;
    }
    if (at != cells) {
      throw new IllegalStateException("runs end at cell %d of %d".formatted(at, cells));
    }
    for (CellUse use : CellUse.values()) {
      if (usedCells(use) != counted.getOrDefault(use, 0)) {
        throw new IllegalStateException(
            "%s: %d cells counted, %d found".formatted(use, usedCells(use), counted.get(use)));
      }
    }
  }

  private Optional<CellRun> lowest(int count) {
    return free.entrySet().stream()
        .filter(run -> run.getValue() >= count)
        .findFirst()
        .map(run -> new CellRun(run.getKey(), count));
  }

  private Optional<CellRun> highest(int count) {
    return free.descendingMap().entrySet().stream()
        .filter(run -> run.getValue() >= count)
        .findFirst()
        .map(run -> new CellRun(run.getKey() + run.getValue() - count, count));
  }

  private void take(CellRun run, CellUse use) {
    carve(run);
    owned.put(run.start(), new Owned(run.cells(), use));
    used.merge(use, run.cells(), Integer::sum);
  }

  /** Removes a run from the free run that holds it. */
  private void carve(CellRun run) {
    Map.Entry<Integer, Integer> around = free.floorEntry(run.start());
    if (around == null || around.getKey() + around.getValue() < run.end()) {
      throw new IllegalStateException("%s is not free".formatted(run));
    }
    free.remove(around.getKey());
    if (around.getKey() < run.start()) {
      free.put(around.getKey(), run.start() - around.getKey());
    }
    int end = around.getKey() + around.getValue();
    if (run.end() < end) {
      free.put(run.end(), end - run.end());
    }
  }

  private void addFree(CellRun run) {
    int start = run.start();
    int count = run.cells();
    Integer after = free.remove(run.end());
    if (after != null) {
      count += after;
    }
    Map.Entry<Integer, Integer> before = free.lowerEntry(start);
    if (before != null && before.getKey() + before.getValue() == start) {
      start = before.getKey();
      count += before.getValue();
    }
    free.put(start, count);
  }

  private CellUse useOf(CellRun run) {
    Owned here = owned.get(run.start());
    if (here == null || here.cells() != run.cells()) {
      throw new IllegalStateException("%s is not owned; here is %s".formatted(run, here));
    }
    return here.use();
  }
}
