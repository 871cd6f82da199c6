package io.chameleon.engine.sampling;

import io.chameleon.engine.sampling.TokenCounts.Penalties;

/**
 * All that a device needs to choose a token as {@link SequenceSampler#next} would.
 *
 * @param uniform the sequence's random number for this token, in [0, 1)
 * @param temperature greedy below 1e-5
 * @param topK 0 is off
 * @param topP 1 is off
 * @param least natural logarithm of min-p; minus infinity is off
 * @param bias added to logits, minus infinity for tokens that may not come
 * @param seen tokens that were there before, and how often they were generated
 * @param repetition see {@link Penalties}
 * @param frequency see {@link Penalties}
 * @param presence see {@link Penalties}
 * @param wantsLogprob whether the log-probability of the token is asked for
 */
public record DeviceDraw(
    double uniform,
    double temperature,
    int topK,
    double topP,
    double least,
    Listed bias,
    Listed seen,
    float repetition,
    float frequency,
    float presence,
    boolean wantsLogprob) {

  /**
   * A number for each of some tokens, each token once.
   *
   * @param tokens ids within the vocabulary
   * @param bits of a float for a bias; the count itself for a count
   */
  public record Listed(int[] tokens, int[] bits) {

    static final Listed NONE = new Listed(new int[0], new int[0]);

    /** How many tokens. */
    public int size() {
      return tokens.length;
    }
  }
}
