package io.chameleon.scheduling.adaptive;

import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.fairness.TokenAccount;
import java.util.Comparator;

/**
 * One that waits, with its place in the order. Nothing of it changes while it waits.
 *
 * @param sequence which
 * @param resumes whether it has run before
 * @param place when it counts as come, in milliseconds of the scheduler's clock
 * @param prefillMs what its prompt takes, in milliseconds
 * @param account what its tokens are charged to
 */
record WaitingSequence(
    Sequence sequence, boolean resumes, double place, double prefillMs, TokenAccount account) {

  /** Who has run before comes first, then who counts as come first. */
  static final Comparator<WaitingSequence> ORDER =
      Comparator.comparing((WaitingSequence waiting) -> !waiting.resumes)
          .thenComparingDouble(WaitingSequence::place)
          .thenComparingLong(waiting -> waiting.sequence.arrivalNanos())
          .thenComparing(waiting -> waiting.sequence.request().id());
}
