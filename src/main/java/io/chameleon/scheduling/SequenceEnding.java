package io.chameleon.scheduling;

import io.chameleon.request.TokenEvent;

/** How a sequence ended. */
public sealed interface SequenceEnding {

  /** It came to its own end. */
  record Complete(TokenEvent.Finished finished) implements SequenceEnding {}

  /** It could not go on. */
  record Failed(RuntimeException cause) implements SequenceEnding {}

  /** Nobody reads it any more. */
  record Cancelled() implements SequenceEnding {}
}
