package io.chameleon.simulation;

import io.chameleon.request.AdapterTier;
import io.chameleon.simulation.RequestOutcome.Fate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a run gave. Equal runs give equal results.
 *
 * @param outcomes of all requests, in the order of their ends
 * @param gaps times between two tokens of a request that follow each other, over all requests
 * @param decodes what the decode part of each step took, without the prefill beside it
 * @param memory the arena over time
 * @param totals sums over the run
 */
public record SimulationResult(
    List<RequestOutcome> outcomes,
    Distribution gaps,
    Distribution decodes,
    List<MemorySample> memory,
    Totals totals) {

  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * Sums over a run.
   *
   * @param makespanNanos from the start to the last end
   * @param busyNanos of it, in steps
   * @param steps steps
   * @param preemptions times that a sequence was put back
   * @param copies adapters sent over the link
   */
  public record Totals(
      long makespanNanos, long busyNanos, long steps, long preemptions, long copies) {}

  public SimulationResult {
    outcomes = List.copyOf(outcomes);
    memory = List.copyOf(memory);
  }

  /** Times to the first token of all that finished. */
  public Distribution ttft() {
    return over(RequestOutcome::firstTokenNanos);
  }

  /** Mean times between two tokens of each request that finished and has two. */
  public Distribution meanGaps() {
    return Distribution.of(
        finished()
            .filter(outcome -> outcome.request().outputTokens() > 1)
            .mapToLong(RequestOutcome::meanGapNanos));
  }

  /** Times from arrival to end of all that finished. */
  public Distribution endToEnd() {
    return over(RequestOutcome::endNanos);
  }

  /** Times in the queue of all that finished, without waits for adapters. */
  public Distribution queueing() {
    return over(RequestOutcome::queueNanos);
  }

  /** The same for those of each group. */
  public <G> Map<G, Distribution> queueingBy(Function<RequestOutcome, G> group) {
    return finished()
        .collect(
            Collectors.groupingBy(
                group,
                Collectors.collectingAndThen(
                    Collectors.toList(),
                    those ->
                        Distribution.of(those.stream().mapToLong(RequestOutcome::queueNanos)))));
  }

  /** Times that requests with an adapter waited for it alone, zeros among them. */
  public Distribution adapterWaits() {
    return Distribution.of(
        finished()
            .filter(outcome -> outcome.adapterTier() != null)
            .mapToLong(RequestOutcome::adapterNanos));
  }

  /** Share of requests with an adapter that found it on the device; 0 of none. */
  public double hitRatio() {
    long all = count(outcome -> outcome.adapterTier() != null);
    long hits = count(outcome -> outcome.adapterTier() == AdapterTier.DEVICE);
    return all == 0 ? 0 : (double) hits / all;
  }

  /** Requests that ended in this way. */
  public long count(Fate fate) {
    return count(outcome -> outcome.fate() == fate);
  }

  /** Finished requests per second, from the start to the last end. */
  public double throughput() {
    return count(Fate.FINISHED) / (totals.makespanNanos() / NANOS_PER_SECOND);
  }

  private Distribution over(ToLongFunction<RequestOutcome> time) {
    return Distribution.of(finished().mapToLong(time));
  }

  private Stream<RequestOutcome> finished() {
    return outcomes.stream().filter(RequestOutcome::isFinished);
  }

  private long count(Predicate<RequestOutcome> which) {
    return outcomes.stream().filter(which).count();
  }
}
