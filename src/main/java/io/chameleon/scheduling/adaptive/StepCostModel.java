package io.chameleon.scheduling.adaptive;

import io.chameleon.engine.SequenceStep;
import io.chameleon.scheduling.ScheduledBatch;
import io.chameleon.scheduling.Sequence;
import java.util.Arrays;
import java.util.List;

/**
 * What a step takes, in milliseconds, as learned from the steps that were made: linear in the
 * tokens of prefill and their ranks, and in the rows of decode, their context and the ranks of
 * their adapters, with a fixed part for each of both. For one thread.
 */
final class StepCostModel {

  private static final int PREFILL = 0;

  private static final int PREFILL_TOKENS = 1;

  private static final int PREFILL_RANKS = 2;

  private static final int DECODE = 3;

  private static final int DECODE_ROWS = 4;

  private static final int DECODE_CONTEXT = 5;

  private static final int DECODE_RANKS = 6;

  private static final int FEATURES = 7;

  /** The units of ranks and of context, so that all weights are of one order. */
  private static final double HUNDRED = 100;

  private static final double THOUSAND = 1000;

  private static final double NANOS_PER_MS = 1e6;

  /** Only until the first steps have been seen: some machine. */
  private static final double[] PRIOR = {10, 0.2, 0.2, 20, 0.2, 0.5, 0.3};

  private static final double[] PRIOR_VARIANCE = {100, 1, 1, 100, 1, 1, 1};

  private static final double NEWEST_ROWS = 0.02;

  /** Nothing is for nothing: least milliseconds of prefill, and of an output token. */
  private static final double LEAST_MS = 0.01;

  private final RecursiveLeastSquares model;

  private final double[] features = new double[FEATURES];

  private double meanRows = 1;

  /** A model that has seen no step; see {@link RecursiveLeastSquares} on forgetting. */
  StepCostModel(double forgetting) {
    this.model = new RecursiveLeastSquares(PRIOR, PRIOR_VARIANCE, forgetting);
  }

  /** Learns from a step; all its sequences' adapters run. */
  void learn(ScheduledBatch step, RunningAdapters adapters, long nanos) {
    Arrays.fill(features, 0);
    adapters.beginCount();
    List<SequenceStep> steps = step.batch().sequences();
    for (int i = 0; i < steps.size(); i++) {
      add(steps.get(i), step.sequences().get(i), adapters);
    }
    if (features[DECODE] > 0) {
      meanRows += NEWEST_ROWS * (features[DECODE_ROWS] - meanRows);
    }
    model.learn(features, nanos / NANOS_PER_MS);
  }

  /** Fixed part of a step with prefill. */
  double prefillPassMs() {
    return Math.max(0, model.weight(PREFILL));
  }

  /** What a prompt adds to a step. */
  double prefillMs(int tokens, int rank) {
    double perToken = model.weight(PREFILL_TOKENS) + rank / HUNDRED * model.weight(PREFILL_RANKS);
    return Math.max(LEAST_MS, tokens * perToken);
  }

  /** All that a waiting sequence still takes of the engine, in batches as they lately were. */
  double serviceMs(Sequence waiting) {
    int output = waiting.predictedRemaining();
    double context = waiting.tokenCount() + output / 2.0;
    int rank = waiting.size().adapterRank();
    double perToken =
        model.weight(DECODE) / Math.max(1, meanRows)
            + model.weight(DECODE_ROWS)
            + model.weight(DECODE_CONTEXT) * context / THOUSAND
            + model.weight(DECODE_RANKS) * rank / HUNDRED;
    return prefillMs(waiting.tokenCount(), rank) + output * Math.max(LEAST_MS, perToken);
  }

  private void add(SequenceStep step, Sequence sequence, RunningAdapters adapters) {
    int rank = sequence.size().adapterRank();
    if (step.count() == 1 && step.position() > 0) {
      features[DECODE] = 1;
      features[DECODE_ROWS]++;
      features[DECODE_CONTEXT] += step.position() / THOUSAND;
      features[DECODE_RANKS] += adapters.isNewInCount(sequence) ? rank / HUNDRED : 0;
    } else {
      features[PREFILL] = 1;
      features[PREFILL_TOKENS] += step.count();
      features[PREFILL_RANKS] += step.count() * (rank / HUNDRED);
    }
  }
}
