package io.chameleon.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One case of the cliff proof: so many adapters under a law. Its components are the report's JSON.
 *
 * @param law how often each adapter is asked for
 * @param adapters how many
 * @param medianTtftMs median time to first token, from when a request was due
 * @param p99TtftMs 99th percentile of the same
 * @param tokensPerSecond output tokens of answers that ended in the measured time
 * @param refused requests that were not answered whole, in the warm-up too
 */
record CliffCell(
    String law,
    int adapters,
    double medianTtftMs,
    double p99TtftMs,
    double tokensPerSecond,
    int refused) {

  private static final double TAIL = 0.99;

  /**
   * Sums a turn up.
   *
   * @param outcomes of all its requests
   * @param warmUpNanos requests due before this are left out
   * @param endNanos when it was over
   * @param outputTokens of each answer
   * @throws IllegalStateException if nothing was answered
   */
  static CliffCell of(
      CliffCase of, List<Outcome> outcomes, long warmUpNanos, long endNanos, int outputTokens) {
    double[] ttfts =
        Outcome.answered(outcomes).stream()
            .filter(answered -> answered.dueNanos() >= warmUpNanos)
            .mapToDouble(Outcome.Answered::ttftMillis)
            .toArray();
    List<Outcome.Refused> refused = Outcome.refused(outcomes);
    if (ttfts.length == 0) {
      throw new IllegalStateException(
          "%s: none of %d requests was answered in time; refused: %s"
              .formatted(of, outcomes.size(), refused.stream().limit(1).toList()));
    }
    long ended =
        Outcome.answered(outcomes).stream()
            .filter(answer -> answer.endNanos() >= warmUpNanos && answer.endNanos() < endNanos)
            .count();
    return new CliffCell(
        of.law().toString(),
        of.adapters(),
        Timings.median(ttfts),
        Timings.percentile(TAIL, ttfts),
        ended * outputTokens / ((endNanos - warmUpNanos) / 1e9),
        refused.size());
  }

  /** The same under another name of its law. */
  CliffCell named(String newLaw) {
    return new CliffCell(newLaw, adapters, medianTtftMs, p99TtftMs, tokensPerSecond, refused);
  }

  /** The medians over the turns of one case; what was refused is the sum. */
  static CliffCell over(List<CliffCell> turns) {
    CliffCell first = turns.getFirst();
    return new CliffCell(
        first.law,
        first.adapters,
        median(turns, CliffCell::medianTtftMs),
        median(turns, CliffCell::p99TtftMs),
        median(turns, CliffCell::tokensPerSecond),
        turns.stream().mapToInt(CliffCell::refused).sum());
  }

  private static double median(List<CliffCell> turns, ToDoubleFunction<CliffCell> what) {
    return Timings.median(turns.stream().mapToDouble(what).toArray());
  }
}
