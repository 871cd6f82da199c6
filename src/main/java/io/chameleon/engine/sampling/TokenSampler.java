package io.chameleon.engine.sampling;

import io.chameleon.engine.SampledToken;

/** Chooses the next token of one sequence from its logits. */
public interface TokenSampler {

  /**
   * Chooses the next token.
   *
   * @param logits of all rows of a step, row after row; not changed
   * @param offset index of this row's first logit
   * @param vocabularySize number of logits of a row
   */
  SampledToken next(float[] logits, int offset, int vocabularySize);
}
