package io.chameleon.bench;

import io.chameleon.simulation.RequestOutcome;
import io.chameleon.simulation.SimulationResult;
import io.chameleon.workload.TwoSizes;
import java.util.List;

/**
 * A request that got all its tokens, live or simulated. Times are from the load's start.
 *
 * @param large whether it was one of the large ones
 * @param dueSeconds when it was to be sent
 * @param ttftMs from then to its first token
 * @param endSeconds when it ended
 */
record Served(boolean large, double dueSeconds, double ttftMs, double endSeconds) {

  private static final double NANOS_PER_SECOND = 1e9;

  private static final double NANOS_PER_MS = 1e6;

  /** Those of a live load that were answered. */
  static List<Served> of(List<Sent> sent, TwoSizes sizes) {
    return sent.stream()
        .filter(each -> each.reply() instanceof Reply.Answer)
        .map(each -> of(each, (Reply.Answer) each.reply(), sizes))
        .toList();
  }

  private static Served of(Sent sent, Reply.Answer answer, TwoSizes sizes) {
    return new Served(
        sizes.isLarge(sent.request().inputTokens()),
        sent.dueNanos() / NANOS_PER_SECOND,
        sent.msTo(answer.firstTokenNanos()),
        answer.endNanos() / NANOS_PER_SECOND);
  }

  /**
   * Those of a simulated load that finished.
   *
   * @param wayMs what HTTP takes, which is not simulated
   */
  static List<Served> of(SimulationResult result, TwoSizes sizes, double wayMs) {
    return result.outcomes().stream()
        .filter(RequestOutcome::isFinished)
        .map(each ->
            new Served(
                sizes.isLarge(each.request().inputTokens()),
                each.request().seconds(),
                each.firstTokenNanos() / NANOS_PER_MS + wayMs,
                each.request().seconds() + each.endNanos() / NANOS_PER_SECOND))
        .toList();
  }
}
