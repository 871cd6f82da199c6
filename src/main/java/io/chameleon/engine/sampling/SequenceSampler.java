package io.chameleon.engine.sampling;

import io.chameleon.engine.SampledToken;
import io.chameleon.request.SamplingParams;

/** Chooses the tokens of one sequence: its parameters, its random stream, its token counts. */
public final class SequenceSampler {

  private final SamplingParams params;

  public SequenceSampler(SamplingParams params) {
    this.params = params;
  }

  /**
   * Chooses the next token.
   *
   * @param logits of all rows of a step, row after row; not changed
   * @param offset index of this row's first logit
   * @param vocabularySize number of logits of a row
   */
  public SampledToken next(float[] logits, int offset, int vocabularySize) {
    throw new UnsupportedOperationException("to be written with " + params);
  }
}
