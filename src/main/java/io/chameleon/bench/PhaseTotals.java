package io.chameleon.bench;

import io.chameleon.simulation.StepLoad;
import io.chameleon.simulation.StepRecord;
import io.chameleon.workload.RequestLengths;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the steps of a phase had to do, all together, and took. What a request makes the engine do
 * in all does not depend on how it was put into steps, so of a phase in which each client has an
 * adapter of its own these are sums over requests; only the number of steps, and who decodes beside
 * a prompt, are the service's. Of other traffic they are sums over the steps that it has recorded.
 *
 * @param name of the phase
 * @param reading what the service counted
 * @param prefillTokens tokens of prompts
 * @param prefillTokenRanks sum over those of the adapter's rank
 * @param prefillPairs sum over those of the tokens that each attends to, itself among them
 * @param decodeRows tokens fed one by one
 * @param contextTokens sum over those of the tokens before them
 * @param rankSum sum over steps of the ranks of the distinct adapters of those
 * @param tokenDecodeRanks sum over steps of the tokens of prompts times those ranks
 */
record PhaseTotals(
    String name,
    StepReading reading,
    double prefillTokens,
    double prefillTokenRanks,
    double prefillPairs,
    double decodeRows,
    double contextTokens,
    double rankSum,
    double tokenDecodeRanks) {

  private static final double NANOS_PER_MS = 1e6;

  /** Of a phase without requests. */
  static PhaseTotals empty(String name) {
    return new PhaseTotals(name, new StepReading(0, 0, 0, 0, 0), 0, 0, 0, 0, 0, 0, 0);
  }

  /** Of steps as they were recorded; time around them is not known. */
  static PhaseTotals of(String name, List<StepRecord> steps) {
    List<StepLoad> loads = steps.stream().map(StepRecord::load).toList();
    double prefillTokens = sum(loads, StepLoad::prefillTokens);
    double decodeRows = sum(loads, StepLoad::decodeRows);
    double chunks = loads.stream().filter(StepLoad::hasPrefill).count();
    double engineMs = steps.stream().mapToDouble(each -> each.nanos() / NANOS_PER_MS).sum();
    return new PhaseTotals(
        name,
        new StepReading(steps.size(), engineMs, 0, decodeRows + chunks, prefillTokens + decodeRows),
        prefillTokens,
        sum(loads, StepLoad::prefillTokenRanks),
        sum(loads, StepLoad::prefillPairs),
        decodeRows,
        sum(loads, StepLoad::contextTokens),
        sum(loads, StepLoad::rankSum),
        sum(loads, StepLoad::tokenDecodeRanks));
  }

  private static double sum(List<StepLoad> loads, ToDoubleFunction<StepLoad> of) {
    return loads.stream().mapToDouble(of).sum();
  }

  /** With who decoded beside its prompts. */
  PhaseTotals beside(double newTokenDecodeRanks) {
    return new PhaseTotals(
        name,
        reading,
        prefillTokens,
        prefillTokenRanks,
        prefillPairs,
        decodeRows,
        contextTokens,
        rankSum,
        newTokenDecodeRanks);
  }

  /** With one request more. */
  PhaseTotals plus(RequestLengths request, int rank) {
    double input = request.inputTokens();
    double fed = request.outputTokens() - 1.0;
    return new PhaseTotals(
        name,
        reading,
        prefillTokens + input,
        prefillTokenRanks + input * rank,
        prefillPairs + input * (input + 1) / 2,
        decodeRows + fed,
        contextTokens + fed * input + fed * (fed - 1) / 2,
        rankSum + fed * rank,
        tokenDecodeRanks);
  }

  /**
   * With what the service counted.
   *
   * @throws IllegalStateException if it was fed other tokens than those of the requests
   */
  PhaseTotals measured(StepReading counted) {
    if (Math.round(counted.tokens() - prefillTokens - decodeRows) != 0) {
      throw new IllegalStateException(
          "phase %s: the engine was fed %.0f tokens; its requests have %.0f prompt and %.0f more"
              .formatted(name, counted.tokens(), prefillTokens, decodeRows));
    }
    return new PhaseTotals(
        name,
        counted,
        prefillTokens,
        prefillTokenRanks,
        prefillPairs,
        decodeRows,
        contextTokens,
        rankSum,
        tokenDecodeRanks);
  }

  /** Chunks of prompts. */
  double chunks() {
    return reading.rows() - decodeRows;
  }

  /** Rows of a decode step times the ranks in it, as if all steps were alike. */
  double rowRanks() {
    return decodeRows / reading.steps() * rankSum;
  }

  /** Mean time of a step in the engine, in milliseconds. */
  double stepMs() {
    return reading.engineMs() / reading.steps();
  }
}
