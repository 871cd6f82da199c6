package io.chameleon.scheduling;

import io.chameleon.engine.SampledToken;

/**
 * Where the tokens of one sequence go. Called on the engine thread; neither method blocks or
 * throws, whatever the reader does.
 */
public interface SequenceOutput {

  /**
   * Takes the next token.
   *
   * @return false if nobody reads any more or the reader is too far behind: the sequence has to end
   */
  boolean token(SampledToken token, long nowNanos);

  /** Takes the end; called once, and nothing is called after it. */
  void ended(SequenceEnding ending, long nowNanos);
}
