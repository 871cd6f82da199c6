package io.chameleon.engine;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.memory.CellRun;
import org.jspecify.annotations.Nullable;

/**
 * What one sequence does in one step: feed {@code count} tokens, and choose the next one or not.
 *
 * @param tokens token ids; those at {@code from} to {@code from + count} are fed
 * @param from index of the first token fed
 * @param count how many are fed, at least 1: a prefill chunk, or 1 in decode
 * @param position tokens of the sequence whose KV is already in its run
 * @param kv the sequence's cells, at least {@code position + count}
 * @param adapter the adapter of the sequence, or null for the base model
 * @param sampler chooses the next token, or null in the middle of a prefill
 * @param promptTokens how many tokens the sequence came with; those behind them were generated
 */
public record SequenceStep(
    int[] tokens,
    int from,
    int count,
    int position,
    CellRun kv,
    @Nullable ResidentAdapter adapter,
    @Nullable TokenSampler sampler,
    int promptTokens) {

  public SequenceStep {
    if (count < 1 || from < 0 || from + count > tokens.length) {
      throw new IllegalArgumentException(
          "tokens %d to %d of %d".formatted(from, from + count, tokens.length));
    }
    if (position < 0 || position + count > kv.cells()) {
      throw new IllegalArgumentException(
          "%d tokens at position %d in a run of %d cells".formatted(count, position, kv.cells()));
    }
  }

  /** A chunk of a prompt, or a single token that was generated. */
  public SequenceStep(
      int[] tokens,
      int from,
      int count,
      int position,
      CellRun kv,
      @Nullable ResidentAdapter adapter,
      @Nullable TokenSampler sampler) {
    this(
        tokens,
        from,
        count,
        position,
        kv,
        adapter,
        sampler,
        count == 1 ? position : position + count);
  }

  /** How many of the tokens fed, from the first on, are the prompt's. */
  public int promptCount() {
    return Math.clamp((long) promptTokens - position, 0, count);
  }

  /** Its first tokens alone; none is chosen behind them. */
  public SequenceStep head(int length) {
    return new SequenceStep(tokens, from, length, position, kv, adapter, null, promptTokens);
  }

  /** What is left of it behind its first tokens. */
  public SequenceStep tail(int length) {
    return new SequenceStep(
        tokens,
        from + length,
        count - length,
        position + length,
        kv,
        adapter,
        sampler,
        promptTokens);
  }
}
