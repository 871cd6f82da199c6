package io.chameleon.bench;

import io.chameleon.workload.RequestLengths;

/**
 * What the steps of a phase had to do, all together, and took. What a request makes the engine do
 * in all does not depend on how it was put into steps, so these are sums over requests; only the
 * number of steps is the service's.
 *
 * @param name of the phase
 * @param reading what the service counted
 * @param prefillTokens tokens of prompts
 * @param prefillTokenRanks sum over those of the adapter's rank
 * @param prefillPairs sum over those of the tokens that each attends to, itself among them
 * @param decodeRows tokens fed one by one
 * @param contextTokens sum over those of the tokens before them
 * @param rankSum sum over those of the adapter's rank, which no other has in the same step
 */
record PhaseTotals(
    String name,
    StepReading reading,
    double prefillTokens,
    double prefillTokenRanks,
    double prefillPairs,
    double decodeRows,
    double contextTokens,
    double rankSum) {

  /** Of a phase without requests. */
  static PhaseTotals empty(String name) {
    return new PhaseTotals(name, new StepReading(0, 0, 0, 0, 0), 0, 0, 0, 0, 0, 0);
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
        rankSum + fed * rank);
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
        rankSum);
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
