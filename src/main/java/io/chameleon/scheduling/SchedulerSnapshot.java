package io.chameleon.scheduling;

/**
 * The scheduler as it was after a pass.
 *
 * @param waiting sequences in the queues, preempted ones among them
 * @param running sequences that hold cells
 * @param waitingTokens estimated size of those that wait, in tokens
 * @param tokensInFlight estimated size of those that run, in tokens
 * @param lentCells KV cells that running sequences hold
 * @param cellCapacity the longest sequence that can be held, in cells
 * @param steps steps that have been run
 * @param departures sequences that have left the queues for the first time, since the start
 * @param preemptions times that a sequence was put back to make room
 * @param lastBatch shape of the last step
 */
public record SchedulerSnapshot(
    int waiting,
    int running,
    long waitingTokens,
    long tokensInFlight,
    int lentCells,
    int cellCapacity,
    long steps,
    long departures,
    long preemptions,
    BatchShape lastBatch) {

  /** The scheduler before there is one. */
  public static final SchedulerSnapshot EMPTY =
      new SchedulerSnapshot(0, 0, 0, 0, 0, 0, 0, 0, 0, BatchShape.EMPTY);
}
