package io.chameleon.bench;

import io.chameleon.simulation.RequestOutcome;
import io.chameleon.simulation.SimulationResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Times of a request that got all its tokens, live or simulated.
 *
 * @param dueSeconds when it was to be sent, from the load's start
 * @param ttftMs from then to its first token
 * @param gapMs mean time between two of its tokens; NaN if it has one alone
 * @param wholeMs from when it was due to its end
 */
record ServedTimes(double dueSeconds, double ttftMs, double gapMs, double wholeMs) {

  private static final double NANOS_PER_SECOND = 1e9;

  private static final double NANOS_PER_MS = 1e6;

  private static final double TAIL = 0.99;

  /** Those of a live load that were answered. */
  static List<ServedTimes> of(List<Sent> sent) {
    return sent.stream()
        .filter(each -> each.reply() instanceof Reply.Answer)
        .map(each -> of(each, (Reply.Answer) each.reply()))
        .toList();
  }

  private static ServedTimes of(Sent sent, Reply.Answer answer) {
    double ttft = sent.msTo(answer.firstTokenNanos());
    double whole = sent.msTo(answer.endNanos());
    return of(sent.dueNanos() / NANOS_PER_SECOND, ttft, whole, sent.request().outputTokens());
  }

  /**
   * Those of a simulated load that finished.
   *
   * @param wayMs what HTTP takes, which is not simulated
   */
  static List<ServedTimes> of(SimulationResult result, double wayMs) {
    return result.outcomes().stream()
        .filter(RequestOutcome::isFinished)
        .map(each ->
            of(
                each.request().seconds(),
                each.firstTokenNanos() / NANOS_PER_MS + wayMs,
                each.endNanos() / NANOS_PER_MS + wayMs,
                each.request().outputTokens()))
        .toList();
  }

  private static ServedTimes of(double due, double ttftMs, double wholeMs, int outputTokens) {
    double gap = outputTokens == 1 ? Double.NaN : (wholeMs - ttftMs) / (outputTokens - 1);
    return new ServedTimes(due, ttftMs, gap, wholeMs);
  }

  /**
   * What a load saw, over the requests due in the measured time; milliseconds.
   *
   * @param requests how many of them were answered
   * @param medianTtft median time to first token
   * @param p99Ttft 99th percentile of the same
   * @param medianGap median of the requests' mean times between tokens
   * @param p99Gap 99th percentile of the same
   * @param medianWhole median time to the end
   */
  record Figures(
      int requests,
      double medianTtft,
      double p99Ttft,
      double medianGap,
      double p99Gap,
      double medianWhole) {}

  /**
   * Sums a load up.
   *
   * @param from where the measured time begins, in seconds from the load's start
   * @throws IllegalStateException if none was answered
   */
  static Figures figures(List<ServedTimes> all, double from) {
    List<ServedTimes> due = all.stream().filter(each -> each.dueSeconds() >= from).toList();
    double[] ttfts = values(due, ServedTimes::ttftMs);
    double[] gaps = values(due, ServedTimes::gapMs);
    if (ttfts.length == 0 || gaps.length == 0) {
      throw new IllegalStateException(
          "%d requests with two tokens or more were answered".formatted(gaps.length));
    }
    return new Figures(
        due.size(),
        Timings.median(ttfts),
        Timings.percentile(TAIL, ttfts),
        Timings.median(gaps),
        Timings.percentile(TAIL, gaps),
        Timings.median(values(due, ServedTimes::wholeMs)));
  }

  private static double[] values(List<ServedTimes> of, ToDoubleFunction<ServedTimes> value) {
    return of.stream().mapToDouble(value).filter(number -> !Double.isNaN(number)).toArray();
  }
}
