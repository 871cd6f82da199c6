package io.chameleon.scheduling;

import io.chameleon.engine.SampledToken;
import io.chameleon.request.RequestTiming;
import org.jspecify.annotations.Nullable;

/**
 * Where the tokens of one sequence go. Called on the engine thread; neither method blocks or
 * throws, whatever the reader does.
 */
public interface SequenceOutput {

  /**
   * Takes the next token.
   *
   * @param timing where the time went so far; with the first token only, else null
   * @return false if nobody reads any more or the reader is too far behind: the sequence has to end
   */
  boolean token(SampledToken token, @Nullable RequestTiming timing, long nowNanos);

  /** Takes the end; called once, and nothing is called after it. */
  void ended(SequenceEnding ending, long nowNanos);
}
