package io.chameleon.scheduling;

import java.util.List;

/**
 * The batch that is being formed, as a policy sees it: who runs, what room is left, and the one way
 * for a waiting sequence into it.
 */
public interface BatchAdmission {

  /** Whether one more sequence could take part in the step. */
  boolean hasPlace();

  /** Tokens that the step can still feed. */
  int tokensLeft();

  /**
   * Starts a waiting sequence if it can be done now. One that {@link StartOutcome#hasLeft() has
   * left} is no more of the policy's concern.
   */
  StartOutcome start(Sequence waiting);

  /**
   * Stops a running sequence, which is given to {@link SchedulingPolicy#requeue}: it keeps its
   * tokens and starts again by a prefill over all of them. Only from {@link
   * SchedulingPolicy#reconsider}.
   */
  void putBack(Sequence running);

  /** Who runs, in the order of their starts; a view. */
  List<Sequence> running();

  /** All cells of the arena. */
  int capacityCells();

  /** Cells that could be free if all idle adapters left. */
  int reachableCells();

  /** The time of the pass, on the scheduler's clock. */
  long nowNanos();
}
