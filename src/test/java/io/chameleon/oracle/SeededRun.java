package io.chameleon.oracle;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.sampling.SequenceSampler;
import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.memory.OwnedCells;
import io.chameleon.request.SamplingParams;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A sequence that samples with the service's own sampler, and remembers the logits it saw. */
final class SeededRun {

  /** What noise of this size may turn into another token lies at the edge of two. */
  private static final float NOISE = 1e-4f;

  private static final int TRIES = 200;

  /**
   * What is asked for.
   *
   * @param adapter folder name, or null for the base model
   * @param outputTokens how many are generated
   */
  record Ask(@Nullable String adapter, int[] prompt, int outputTokens, SamplingParams sampling) {}

  final Ask ask;
  private final EngineBench bench;
  private final int chunk;
  private final int[] tokens;
  private final float[][] logits;
  private final float[] logprobs;
  private final OwnedCells run;
  private final @Nullable AdapterLease lease;
  private final SequenceSampler sampler;
  private int known;
  private int fed;

  SeededRun(Ask ask, EngineBench bench, int chunk) {
    this.ask = ask;
    this.bench = bench;
    this.chunk = chunk;
    this.tokens = Arrays.copyOf(ask.prompt(), ask.prompt().length + ask.outputTokens());
    this.logits = new float[ask.outputTokens()][];
    this.logprobs = new float[ask.outputTokens()];
    this.known = ask.prompt().length;
    this.run = bench.cells.allocate(tokens.length).orElseThrow();
    this.lease = ask.adapter() == null ? null : bench.lease(ask.adapter());
    this.sampler = new SequenceSampler(ask.sampling(), ask.prompt(), Set.of());
  }

  SequenceStep next() {
    return next(this::choose);
  }

  /** The same with the sampler itself, so that the engine may choose where it likes. */
  SequenceStep nextChosenByTheEngine() {
    return next(sampler);
  }

  private SequenceStep next(TokenSampler chooser) {
    int count = Math.min(chunk, known - fed);
    boolean whole = fed + count == known;
    return new SequenceStep(
        tokens,
        fed,
        count,
        fed,
        run.run(),
        lease == null ? null : lease.adapter(),
        whole ? chooser : null,
        ask.prompt().length);
  }

  /** Moves on after a step, and ends after the last. */
  void advance(SequenceStep step, @Nullable SampledToken sampled) {
    fed += step.count();
    if (sampled != null) {
      logprobs[known - ask.prompt().length] = sampled.logprob();
      tokens[known++] = sampled.token();
    }
    if (hasEnded()) {
      bench.cells.release(run);
      if (lease != null) {
        lease.close();
      }
    }
  }

  /** Loses its KV, and is to feed all its tokens anew. */
  void restart() {
    fed = 0;
  }

  /** The step, from 0, from whose logits on another run saw others, by a bit at least; or none. */
  OptionalInt firstDifference(SeededRun other) {
    for (int i = 0; i < logits.length; i++) {
      if (!sameBits(logits[i], other.logits[i])) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** By how much the logits of two runs differ at most. */
  double largestDifference(SeededRun other) {
    double largest = 0;
    for (int i = 0; i < logits.length; i++) {
      for (int j = 0; j < logits[i].length; j++) {
        largest = Math.max(largest, Math.abs(logits[i][j] - other.logits[i][j]));
      }
    }
    return largest;
  }

  /** Log-probabilities of the tokens generated, as bits. */
  int[] logprobBits() {
    return IntStream.range(0, known - ask.prompt().length)
        .map(i -> Float.floatToRawIntBits(logprobs[i]))
        .toArray();
  }

  private static boolean sameBits(float[] one, float[] other) {
    for (int i = 0; i < one.length; i++) {
      if (Float.floatToRawIntBits(one[i]) != Float.floatToRawIntBits(other[i])) {
        return false;
      }
    }
    return one.length == other.length;
  }

  /** Whether the next token is its last. */
  boolean isLast() {
    return known + 1 == tokens.length;
  }

  boolean hasEnded() {
    return known == tokens.length;
  }

  /** The tokens generated. */
  int[] generated() {
    return Arrays.copyOfRange(tokens, ask.prompt().length, known);
  }

  /**
   * Whether two runs of the same ask may differ at a place: their logits there are equal but for
   * noise, and such noise alone makes the sampler choose now the one and now the other token.
   */
  static boolean isAtTheEdge(SeededRun one, SeededRun other, int index, Random random) {
    int ours = one.generated()[index];
    int theirs = other.generated()[index];
    float[] row = one.logits[index];
    for (int i = 0; i < row.length; i++) {
      if (Math.abs(row[i] - other.logits[index][i]) > NOISE) {
        return false;
      }
    }
    int seenOurs = 0;
    int seenTheirs = 0;
    for (int i = 0; i < TRIES; i++) {
      int token = one.again(index, random);
      seenOurs += token == ours ? 1 : 0;
      seenTheirs += token == theirs ? 1 : 0;
    }
    return seenOurs > 0 && seenTheirs > 0;
  }

  /** The token at a place, chosen anew from logits with noise. */
  private int again(int index, Random random) {
    float[] row = logits[index].clone();
    for (int i = 0; i < row.length; i++) {
      row[i] += (random.nextFloat() * 2 - 1) * NOISE;
    }
    int[] before = Arrays.copyOf(generated(), index);
    return new SequenceSampler(ask.sampling(), ask.prompt(), Set.of(), before)
        .next(row, 0, row.length)
        .token();
  }

  private SampledToken choose(float[] all, int offset, int size) {
    logits[known - ask.prompt().length] = Arrays.copyOfRange(all, offset, offset + size);
    return sampler.next(all, offset, size);
  }
}
