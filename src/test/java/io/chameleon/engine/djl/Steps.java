package io.chameleon.engine.djl;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.sampling.TokenSampler;
import io.chameleon.memory.CellRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps of sequences with what a layout depends on. */
final class Steps {

  private static final TokenSampler ANY =
      (logits, offset, size) -> new SampledToken(0, 0, List.of());

  private Steps() {}

  /** An adapter of scaling 2 with these attention rows. */
  static ResidentAdapter attention(int first, int count) {
    return new ResidentAdapter("a" + first, 2, new RowRange(first, count), null);
  }

  /** An adapter with these MLP rows. */
  static ResidentAdapter mlp(int first, int count, float scaling) {
    return new ResidentAdapter("m" + first, scaling, null, new RowRange(first, count));
  }

  /** A token in a run that starts at this cell. */
  static SequenceStep decode(@Nullable ResidentAdapter adapter, int cell, int position) {
    int[] tokens = new int[position + 1];
    tokens[position] = 100 + cell;
    return new SequenceStep(
        tokens, position, 1, position, new CellRun(cell, position + 1), adapter, ANY);
  }

  /** A chunk of this many tokens from the start of a prompt. */
  static SequenceStep prefill(
      @Nullable ResidentAdapter adapter, int cell, int count, boolean whole) {
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = 1000 + cell + i;
    }
    return new SequenceStep(
        tokens, 0, count, 0, new CellRun(cell, count), adapter, whole ? ANY : null);
  }
}
