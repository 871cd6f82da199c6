package io.chameleon.engine;

import java.util.List;

/**
 * Who runs in one step: prefill chunks and decode rows of any mix of adapters and base rows.
 *
 * @param sequences each sequence at most once; at least one
 */
public record Batch(List<SequenceStep> sequences) {

  public Batch {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("a batch of 0 sequences; it must have at least 1");
    }
  }

  /** Tokens fed in the step, over all sequences. */
  public int tokens() {
    return sequences.stream().mapToInt(SequenceStep::count).sum();
  }
}
