package io.chameleon.simulation;

import io.chameleon.engine.SampledToken;
import io.chameleon.engine.sampling.TokenSampler;
import java.util.List;

/**
 * Samples as many tokens as its sequence is to have. The last is an end token, unless the client
 * allows no more: then the limit ends the sequence. It keeps count over preemptions.
 */
final class LengthSampler implements TokenSampler {

  static final int TOKEN = 0;

  static final int END_TOKEN = 1;

  private static final SampledToken ORDINARY = new SampledToken(TOKEN, 0, List.of());

  private static final SampledToken END = new SampledToken(END_TOKEN, 0, List.of());

  private int ordinaryLeft;

  /**
   * A sampler of a sequence that has no output yet.
   *
   * @param outputTokens how many tokens it samples in all
   * @param maxTokens how many its client allows
   */
  LengthSampler(int outputTokens, int maxTokens) {
    this.ordinaryLeft = outputTokens < maxTokens ? outputTokens - 1 : maxTokens;
  }

  @Override
  public SampledToken next(float[] logits, int offset, int vocabularySize) {
    return ordinaryLeft-- > 0 ? ORDINARY : END;
  }
}
