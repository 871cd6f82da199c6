package io.chameleon.memory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/**
 * Which runs move where, in an order in which each finds its place free, so that free cells come to
 * lie together. Of all ways that keep the order of the runs, the one that moves the fewest cells.
 */
record CellMoves(List<Move> moves) {

  /** A run and the cell it shall start at. */
  record Move(CellRun from, int start) {}

  /** Cells that move. */
  int cells() {
    return moves.stream().mapToInt(move -> move.from().cells()).sum();
  }

  /** Makes each move. */
  void perform(ObjIntConsumer<CellRun> mover) {
    moves.forEach(move -> mover.accept(move.from(), move.start()));
  }

  /** Looks at the arena once; made anew for each plan. */
  static final class Planner {

    private final List<Arena.Segment> segments;

    /** Whether the segment must stay. */
    private final boolean[] fixed;

    /**
     * Makes one.
     *
     * @param owners of all runs that are not free, in the order of their first cells
     */
    Planner(Arena arena, Iterable<OwnedCells> owners) {
      this.segments = arena.segments();
      this.fixed = new boolean[segments.size()];
      Iterator<OwnedCells> next = owners.iterator();
      for (int i = 0; i < fixed.length; i++) {
        fixed[i] = segments.get(i).use() != null && next.next().isPinned();
      }
    }

    /** Moves that make a free run of this many cells; nothing if pinned runs prevent it. */
    Optional<CellMoves> together(int cells) {
      int[] best = {-1, -1};
      int bestCost = Integer.MAX_VALUE;
      int first = 0;
      int free = 0;
      int cost = 0;
      for (int last = 0; last < segments.size(); last++) {
        free = isFixed(last) ? 0 : free + freeCells(last);
        cost = isFixed(last) ? 0 : cost + ownedCells(last);
        first = isFixed(last) ? last + 1 : first;
        while (first < last && free - freeCells(first) >= cells) {
          free -= freeCells(first);
          cost -= ownedCells(first++);
        }
        if (free >= cells && cost < bestCost) {
          best = new int[] {first, last};
          bestCost = cost;
        }
      }
      return best[0] < 0
          ? Optional.empty()
          : Optional.of(new CellMoves(slideDown(best[0], best[1])));
    }

    /** Moves that make this many cells free right behind a run, which may move itself. */
    Optional<CellMoves> beside(CellRun run, int cells) {
      int own = indexOf(run);
      int lowest = isFixed(own) ? own : reach(own, -1);
      int highest = reach(own, 1);
      int bestLow = -1;
      int bestHigh = -1;
      int bestCost = Integer.MAX_VALUE;
      int below = 0;
      int costBelow = 0;
      for (int low = own; low >= lowest && costBelow < bestCost; low--) {
        below += freeCells(low);
        costBelow += low == own ? 0 : ownedCells(low) + (low == own - 1 ? ownedCells(own) : 0);
        int high = firstEnough(own, highest, cells - below);
        int cost = costBelow + ownedBetween(own + 1, high);
        if (high >= 0 && cost < bestCost) {
          bestLow = low;
          bestHigh = high;
          bestCost = cost;
        }
      }
      return bestLow < 0 ? Optional.empty() : Optional.of(apart(bestLow, own, bestHigh));
    }

    private CellMoves apart(int low, int own, int high) {
      List<Move> moves = low < own ? slideDown(low, own) : new ArrayList<>();
      moves.addAll(slideUp(own + 1, high));
      return new CellMoves(moves);
    }

    /** The first segment from one on up to which so many cells are free, or -1. */
    private int firstEnough(int from, int highest, int cells) {
      int free = 0;
      for (int high = from; high <= highest; high++) {
        free += freeCells(high);
        if (free >= cells) {
          return high;
        }
      }
      return -1;
    }

    private int ownedBetween(int first, int last) {
      int owned = 0;
      for (int i = first; i <= last; i++) {
        owned += ownedCells(i);
      }
      return owned;
    }

    private List<Move> slideDown(int first, int last) {
      List<Move> moves = new ArrayList<>();
      int at = segments.get(first).run().start();
      for (int i = first; i <= last; i++) {
        CellRun run = segments.get(i).run();
        if (segments.get(i).use() != null) {
          if (run.start() != at) {
            moves.add(new Move(run, at));
          }
          at += run.cells();
        }
      }
      return moves;
    }

    private List<Move> slideUp(int first, int last) {
      List<Move> moves = new ArrayList<>();
      int end = last < first ? 0 : segments.get(last).run().end();
      for (int i = last; i >= first; i--) {
        CellRun run = segments.get(i).run();
        if (segments.get(i).use() != null) {
          end -= run.cells();
          if (run.start() != end) {
            moves.add(new Move(run, end));
          }
        }
      }
      return moves;
    }

    /** How far one may go from a segment without meeting one that must stay. */
    private int reach(int from, int direction) {
      int at = from;
      while (at + direction >= 0 && at + direction < segments.size() && !isFixed(at + direction)) {
        at += direction;
      }
      return at;
    }

    private int indexOf(CellRun run) {
      for (int i = 0; i < segments.size(); i++) {
        if (segments.get(i).run().equals(run)) {
          return i;
        }
      }
      throw new IllegalStateException(run + " is not in the arena");
    }

    private int freeCells(int index) {
      Arena.Segment segment = segments.get(index);
      return segment.use() == null ? segment.run().cells() : 0;
    }

    private int ownedCells(int index) {
      Arena.Segment segment = segments.get(index);
      return segment.use() == null ? 0 : segment.run().cells();
    }

    private boolean isFixed(int index) {
      return fixed[index];
    }
  }
}
