package io.chameleon.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private final int cells;

  /** Free runs; neighbours are always merged. */
  private final RunTable free = new RunTable();

  private final RunTable owned = new RunTable();

  private final UsedCells used = new UsedCells();

  /**
   * @param cells size of the arena, at least 1
   */
  public Arena(int cells) {
    if (cells < 1) {
      throw new IllegalArgumentException(
          "an arena of %d cells; it must have at least 1".formatted(cells));
    }
    this.cells = cells;
    free.put(0, cells, null);
  }

  /** Takes a run of exactly this many cells, or nothing if no free run is long enough. */
  public Optional<CellRun> allocate(CellUse use, int count) {
    int gap = use == CellUse.KV ? lowest(count) : highest(count);
    if (gap < 0) {
      return Optional.empty();
    }
    int start = use == CellUse.KV ? free.start(gap) : free.end(gap) - count;
    CellRun run = new CellRun(start, count);
    take(run, use);
    return Optional.of(run);
  }

  /** Lengthens a run in place to this many cells, or answers nothing if the next are not free. */
  public Optional<CellRun> extend(CellRun run, int count) {
    CellUse use = useOf(run);
    int missing = count - run.cells();
    if (missing <= 0) {
      throw new IllegalArgumentException("extend %s to %d cells".formatted(run, count));
    }
    int next = free.at(run.end());
    if (next < 0 || free.cells(next) < missing) {
      return Optional.empty();
    }
    carve(run.end(), missing);
    owned.put(run.start(), count, use);
    used.add(use, missing);
    return Optional.of(new CellRun(run.start(), count));
  }

  /** Shortens a run in place; the cells at its end become free. */
  public CellRun shrink(CellRun run, int count) {
    CellUse use = useOf(run);
    if (count < 1 || count >= run.cells()) {
      throw new IllegalArgumentException("shrink %s to %d cells".formatted(run, count));
    }
    owned.put(run.start(), count, use);
    used.add(use, count - run.cells());
    addFree(run.start() + count, run.cells() - count);
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
    owned.remove(owned.at(run.start()));
    used.add(use, -run.cells());
    addFree(run.start(), run.cells());
  }

  /** All runs, free ones too, from the first cell to the last. */
  List<Segment> segments() {
    List<Segment> segments = new ArrayList<>(owned.size() + free.size());
    int nextOwned = 0;
    int nextFree = 0;
    while (nextOwned < owned.size() || nextFree < free.size()) {
      boolean isFree =
          nextOwned == owned.size()
              || (nextFree < free.size() && free.start(nextFree) < owned.start(nextOwned));
      segments.add(isFree ? segment(free, nextFree++) : segment(owned, nextOwned++));
    }
    return segments;
  }

  private static Segment segment(RunTable runs, int index) {
    return new Segment(new CellRun(runs.start(index), runs.cells(index)), runs.use(index));
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
    return cells - used.all();
  }

  /** The most cells that are free side by side. */
  int longestFreeRun() {
    int longest = 0;
    for (int i = 0; i < free.size(); i++) {
      longest = Math.max(longest, free.cells(i));
    }
    return longest;
  }

  /** Who owns how many cells. The free ones are counted run by run, not by what is left over. */
  public ArenaSnapshot snapshot() {
    int counted = 0;
    for (int i = 0; i < free.size(); i++) {
      counted += free.cells(i);
    }
    return new ArenaSnapshot(
        cells,
        counted,
        usedCells(CellUse.KV),
        usedCells(CellUse.ADAPTER),
        usedCells(CellUse.WINDOW));
  }

  /** Cells owned for this use. */
  public int usedCells(CellUse use) {
    return used.of(use);
  }

  /**
   * Walks all runs and verifies that they tile the arena and add up to the counts.
   *
   * @throws IllegalStateException naming the first contradiction
   */
  public void checkIntegrity() {
    UsedCells counted = new UsedCells();
    int at = 0;
    boolean lastWasFree = false;
    while (at < cells) {
      int run = owned.at(at);
      int gap = free.at(at);
      if ((run < 0) == (gap < 0) || (gap >= 0 && lastWasFree)) {
        throw new IllegalStateException(
            "cell %d: owned %b, free %b, and free before it %b"
                .formatted(at, run >= 0, gap >= 0, lastWasFree));
      }
      CellUse use = run < 0 ? null : owned.use(run);
      if (use != null) {
        counted.add(use, owned.cells(run));
      }
      lastWasFree = gap >= 0;
      at = run < 0 ? free.end(gap) : owned.end(run);
    }
    requireCounts(at, counted);
  }

  private void requireCounts(int end, UsedCells counted) {
    if (end != cells) {
      throw new IllegalStateException("runs end at cell %d of %d".formatted(end, cells));
    }
    for (CellUse use : CellUse.values()) {
      if (used.of(use) != counted.of(use)) {
        throw new IllegalStateException(
            "%s: %d cells counted, %d found".formatted(use, used.of(use), counted.of(use)));
      }
    }
  }

  /** Index of the first free run that is long enough, or -1. */
  private int lowest(int count) {
    for (int i = 0; i < free.size(); i++) {
      if (free.cells(i) >= count) {
        return i;
      }
    }
    return -1;
  }

  /** Index of the last free run that is long enough, or -1. */
  private int highest(int count) {
    int i = free.size() - 1;
    while (i >= 0 && free.cells(i) < count) {
      i--;
    }
    return i;
  }

  private void take(CellRun run, CellUse use) {
    carve(run.start(), run.cells());
    owned.put(run.start(), run.cells(), use);
    used.add(use, run.cells());
  }

  /** Removes cells from the free run that holds them. */
  private void carve(int start, int count) {
    int around = free.upTo(start);
    int end = around < 0 ? 0 : free.end(around);
    if (end < start + count) {
      throw new IllegalStateException("%s is not free".formatted(new CellRun(start, count)));
    }
    int before = start - free.start(around);
    if (before > 0) {
      free.put(free.start(around), before, null);
    } else {
      free.remove(around);
    }
    if (start + count < end) {
      free.put(start + count, end - start - count, null);
    }
  }

  private void addFree(int start, int count) {
    int first = start;
    int end = start + count;
    int after = free.at(end);
    if (after >= 0) {
      end = free.end(after);
      free.remove(after);
    }
    int before = free.upTo(start);
    if (before >= 0 && free.end(before) == start) {
      first = free.start(before);
    }
    free.put(first, end - first, null);
  }

  private CellUse useOf(CellRun run) {
    int here = owned.at(run.start());
    CellUse use = here < 0 ? null : owned.use(here);
    if (use == null || owned.cells(here) != run.cells()) {
      throw new IllegalStateException(
          "%s is not owned; from there on %d cells are"
              .formatted(run, here < 0 ? 0 : owned.cells(here)));
    }
    return use;
  }
}
