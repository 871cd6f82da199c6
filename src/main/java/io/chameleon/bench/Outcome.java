package io.chameleon.bench;

import java.util.List;

/** What became of a request of a load; times are from the load's start. */
sealed interface Outcome {

  /** When it was to be sent. */
  long dueNanos();

  /**
   * It was answered whole.
   *
   * @param firstTokenNanos when the first token came
   * @param endNanos when the answer ended
   */
  record Answered(long dueNanos, long firstTokenNanos, long endNanos) implements Outcome {

    /**
     * Time to first token as the client sees it: from when it wanted to send, not from when it did.
     */
    double ttftMillis() {
      return (firstTokenNanos - dueNanos) / 1e6;
    }
  }

  /** It was refused, or its answer broke off. */
  record Refused(long dueNanos, String reason) implements Outcome {}

  /** Those of a list that were answered. */
  static List<Answered> answered(List<Outcome> outcomes) {
    return outcomes.stream().filter(Answered.class::isInstance).map(Answered.class::cast).toList();
  }

  /** Those of a list that were not. */
  static List<Refused> refused(List<Outcome> outcomes) {
    return outcomes.stream().filter(Refused.class::isInstance).map(Refused.class::cast).toList();
  }
}
