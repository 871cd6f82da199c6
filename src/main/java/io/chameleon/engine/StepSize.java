package io.chameleon.engine;

/**
 * How large a step may be where nobody says otherwise.
 *
 * @param tokens most tokens fed, over all sequences or of one alone
 * @param sequences most sequences that run at once, at most {@code tokens}
 */
public record StepSize(int tokens, int sequences) {

  public StepSize {
    if (sequences < 1 || sequences > tokens) {
      throw new IllegalArgumentException(
          "%d sequences in a step; there must be 1 to %d, its tokens".formatted(sequences, tokens));
    }
  }
}
