package io.chameleon.engine.sampling;

import io.chameleon.engine.SampledToken;
import org.jspecify.annotations.Nullable;

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

  /**
   * What a device needs to choose the token as {@link #next} would.
   *
   * @param vocabularySize number of logits of a row
   * @return null if only {@link #next} can choose it; then it must
   */
  default @Nullable DeviceDraw draw(int vocabularySize) {
    return null;
  }

  /**
   * As {@link #draw(int)}, for the token after the next one, which is not chosen yet.
   *
   * @return null if what is needed depends on the next one
   */
  default @Nullable DeviceDraw drawAhead(int vocabularySize) {
    return null;
  }

  /**
   * Takes note of the token that was chosen by {@link #draw}.
   *
   * @param logprob its log-probability, where it was asked for
   */
  default SampledToken chosen(int token, float logprob) {
    throw new IllegalStateException("token %d was not drawn".formatted(token));
  }
}
