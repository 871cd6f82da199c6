package io.chameleon.engine.djl;

import io.chameleon.engine.SequenceStep;
import java.util.ArrayList;
import java.util.List;

/**
 * Which decode rows share an attention call. One call can serve rows whose runs stand at equal
 * distances in the arena, as runs do that were taken one after the other at the same size; it reads
 * each of them to the length of the longest, under a mask. That saves calls, which are most of the
 * time of short rows, and costs reading the shorter ones to the end. The costs are those of two
 * cores with AVX-512 and the demo model, in microseconds over all layers; only their proportions
 * matter.
 */
final class DecodeGroups {

  /** Numbers of a group, in the order of {@link Group}. */
  static final int NUMBERS = 6;

  private static final double LONE_ROW = 100;
  private static final double LONE_TOKEN = 0.5;
  private static final double SHARED_ROW = 40;
  private static final double SHARED_TOKEN = 0.5;

  /**
   * Rows that share a call.
   *
   * @param firstRow index of the first row
   * @param rows how many
   * @param firstCell first cell of the first row's run
   * @param stride cells from one run to the next; 0 for a lone row
   * @param length tokens that are read of each run; every run has as many cells
   * @param even whether all rows are that long, so that no mask is needed
   */
  record Group(int firstRow, int rows, int firstCell, int stride, int length, boolean even) {}

  private DecodeGroups() {}

  /**
   * Groups the rows.
   *
   * @param rows single-token steps, by the first cell of their runs
   */
  static List<Group> of(List<SequenceStep> rows) {
    List<Group> groups = new ArrayList<>();
    int start = 0;
    while (start < rows.size()) {
      int end = endOfEqualDistances(rows, start);
      List<SequenceStep> candidates = rows.subList(start, end);
      if (!sharingPays(candidates)) {
        end = start + 1;
      }
      groups.add(group(rows.subList(start, end), start));
      start = end;
    }
    return groups;
  }

  private static int endOfEqualDistances(List<SequenceStep> rows, int start) {
    int end = start + 1;
    int longest = length(rows.get(start));
    int roomiest = rows.get(start).kv().cells();
    while (end < rows.size() && distance(rows, end) == distance(rows, start + 1)) {
      longest = Math.max(longest, length(rows.get(end)));
      roomiest = Math.min(roomiest, rows.get(end).kv().cells());
      if (longest > roomiest) {
        // The call would read behind the end of somebody's run.
        return end;
      }
      end++;
    }
    return end;
  }

  private static int distance(List<SequenceStep> rows, int row) {
    return rows.get(row).kv().start() - rows.get(row - 1).kv().start();
  }

  private static int length(SequenceStep row) {
    return row.position() + 1;
  }

  private static boolean sharingPays(List<SequenceStep> rows) {
    int longest = rows.stream().mapToInt(DecodeGroups::length).max().orElseThrow();
    double alone = rows.stream().mapToDouble(row -> LONE_ROW + LONE_TOKEN * length(row)).sum();
    return rows.size() > 1 && rows.size() * (SHARED_ROW + SHARED_TOKEN * longest) < alone;
  }

  private static Group group(List<SequenceStep> rows, int firstRow) {
    int longest = rows.stream().mapToInt(DecodeGroups::length).max().orElseThrow();
    boolean even = rows.stream().allMatch(row -> length(row) == longest);
    int stride = rows.size() == 1 ? 0 : distance(rows, 1);
    int firstCell = rows.getFirst().kv().start();
    return new Group(firstRow, rows.size(), firstCell, stride, longest, even);
  }

  /** The groups as the program takes them. */
  static long[] numbers(List<Group> groups) {
    long[] numbers = new long[groups.size() * NUMBERS];
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      long[] six = {
        group.firstRow(),
        group.rows(),
        group.firstCell(),
        group.stride(),
        group.length(),
        group.even() ? 1 : 0
      };
      System.arraycopy(six, 0, numbers, g * NUMBERS, NUMBERS);
    }
    return numbers;
  }
}
