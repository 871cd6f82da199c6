package io.chameleon.oracle;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.OwnedCells;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One golden case as it runs in batches: what to feed next, and how far its answer is from the
 * golden one. Decoding follows the golden tokens while they agree, and stops where they do not.
 */
final class GoldenRun {

  final GoldenCase golden;
  private final EngineBench bench;
  private final int chunk;
  private final int[] tokens;
  private final OwnedCells run;
  private final @Nullable AdapterLease lease;

  private int fed;
  private int known;
  private boolean ended;

  double logitError;
  double logprobError;

  /** Most sequences, it among them, that fed a single token in one step. */
  int decodeRows;

  boolean tied;
  private boolean tiedNow;
  boolean wrong;

  private GoldenRun(
      GoldenCase golden,
      EngineBench bench,
      int chunk,
      OwnedCells run,
      @Nullable AdapterLease lease) {
    this.golden = golden;
    this.bench = bench;
    this.chunk = chunk;
    this.tokens = Arrays.copyOf(golden.promptIds(), length(golden));
    this.known = golden.promptIds().length;
    this.run = run;
    this.lease = lease;
  }

  /** Starts a case, or nothing if there is no room for it now. */
  static Optional<GoldenRun> tryStart(GoldenCase golden, EngineBench bench, int chunk) {
    AdapterLease lease = null;
    if (golden.adapter() != null) {
      lease = bench.tryLease(golden.adapter(), length(golden)).orElse(null);
      if (lease == null) {
        return Optional.empty();
      }
    }
    OwnedCells run = bench.cells.allocate(length(golden)).orElse(null);
    if (run == null) {
      if (lease != null) {
        lease.close();
      }
      return Optional.empty();
    }
    return Optional.of(new GoldenRun(golden, bench, chunk, run, lease));
  }

  /** Whether it differs from what it should be, in a token or by more than this in a logit. */
  boolean differs(double tolerance) {
    return wrong || logitError > tolerance || logprobError > tolerance;
  }

  private static int length(GoldenCase golden) {
    return golden.promptIds().length + golden.greedyIds().length;
  }

  SequenceStep next() {
    int count = Math.min(chunk, known - fed);
    boolean whole = fed + count == known;
    return new SequenceStep(
        tokens,
        fed,
        count,
        fed,
        run.run(),
        lease == null ? null : lease.adapter(),
        whole ? this::choose : null,
        golden.promptIds().length);
  }

  /** Moves on after a step. */
  void advance(SequenceStep step, @Nullable SampledToken sampled) {
    fed += step.count();
    if (sampled == null) {
      return;
    }
    int index = known - golden.promptIds().length;
    if (sampled.token() != golden.greedyIds()[index]) {
      wrong = !tiedNow;
      finish();
    } else if (index + 1 == golden.greedyIds().length) {
      finish();
    } else {
      tokens[known++] = sampled.token();
    }
  }

  boolean ended() {
    return ended;
  }

  private void finish() {
    ended = true;
    bench.cells.release(run);
    if (lease != null) {
      lease.close();
    }
  }

  private SampledToken choose(float[] logits, int offset, int vocabularySize) {
    int index = known - golden.promptIds().length;
    double logsumexp = logsumexp(logits, offset, vocabularySize);
    if (index == 0) {
      compareTop(logits, offset, logsumexp);
    }
    int best = offset;
    for (int i = offset; i < offset + vocabularySize; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    double gap =
        index < golden.greedyGaps().length
            ? golden.greedyGaps()[index]
            : gap(logits, offset, vocabularySize, best);
    tiedNow = gap < bench.tie();
    tied |= tiedNow;
    double logprob = logits[best] - logsumexp;
    if (best - offset == golden.greedyIds()[index]) {
      double error = Math.abs(logprob - golden.greedyLogprobs()[index]);
      logprobError = Math.max(logprobError, error);
    }
    return new SampledToken(best - offset, (float) logprob, List.of());
  }

  private void compareTop(float[] logits, int offset, double logsumexp) {
    logitError = Math.abs(logsumexp - golden.logsumexp());
    for (int i = 0; i < golden.topIds().length; i++) {
      double error = Math.abs(logits[offset + golden.topIds()[i]] - golden.topLogits()[i]);
      logitError = Math.max(logitError, error);
    }
  }

  private static double gap(float[] logits, int offset, int size, int best) {
    double gap = Double.POSITIVE_INFINITY;
    for (int i = offset; i < offset + size; i++) {
      if (i != best) {
        gap = Math.min(gap, logits[best] - logits[i]);
      }
    }
    return gap;
  }

  private static double logsumexp(float[] logits, int offset, int size) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + size; i++) {
      max = Math.max(max, logits[i]);
    }
    double sum = 0;
    for (int i = offset; i < offset + size; i++) {
      sum += Math.exp(logits[i] - max);
    }
    return max + Math.log(sum);
  }
}
