package io.chameleon.bench;

import java.util.Arrays;

/**
 * A prompt whose adapter has to come from host memory first: each layer behind its own part of the
 * upload, beside the same prompt behind all of it, in turns.
 */
final class ColdAdapters {

  private static final int PROMPT = 256;

  private static final int[] RANKS = {64, 128};

  private static final int TURNS = 7;

  private ColdAdapters() {}

  /** Measures, and adds the rows. */
  static void addTo(Report report, GpuStage stage) {
    for (int rank : RANKS) {
      double[] waiting = new double[TURNS];
      double[] following = new double[TURNS];
      // The first of each is not counted.
      for (int turn = -1; turn < TURNS; turn++) {
        waiting[Math.max(0, turn)] = stage.cold(rank, PROMPT, false);
        following[Math.max(0, turn)] = stage.cold(rank, PROMPT, true);
      }
      double wait = median(waiting);
      double follow = median(following);
      String name = "first token of %d, cold adapter of rank %d".formatted(PROMPT, rank);
      report.add(ReportRow.of(name + ", behind its upload", wait, "ms"));
      report.add(
          ReportRow.of(name + ", layer by layer", follow, "ms").under(wait, "behind its upload"));
    }
  }

  private static double median(double... values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
