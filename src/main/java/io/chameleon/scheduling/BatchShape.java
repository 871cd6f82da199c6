package io.chameleon.scheduling;

/**
 * How large a step is.
 *
 * @param decodeRows sequences that feed their last token
 * @param prefillRows sequences that feed a chunk of what they have not fed yet
 * @param tokens tokens fed, over all of them
 */
public record BatchShape(int decodeRows, int prefillRows, int tokens) {

  /** The shape of no step at all. */
  public static final BatchShape EMPTY = new BatchShape(0, 0, 0);

  /** Sequences that take part. */
  public int rows() {
    return decodeRows + prefillRows;
  }
}
