package io.chameleon.openai;

import java.util.List;

/** How an endpoint writes its answer: as server-sent events, or at once. */
interface AnswerFormat {

  /** The events to send as soon as the request is admitted; may be empty. */
  byte[] opening();

  /**
   * The events of one update.
   *
   * @param usage so far, this update included
   */
  byte[] update(ChoiceUpdate update, Usage usage);

  /** The events after the last choice has ended, the end mark included. */
  byte[] closing(Usage usage);

  /** The whole answer as one JSON object. */
  byte[] whole(List<ChoiceResult> choices, Usage usage);
}
