package io.chameleon.scheduling;

import java.util.Iterator;

/**
 * Who came first starts first, save for priorities and shares. One whose adapter is being loaded is
 * passed over; nobody passes a head that waits for memory, unless later requests for a resident
 * adapter may (vLLM's rule).
 */
final class FifoPolicy extends ArrivalOrder {

  private final FifoProperties properties;

  FifoPolicy(FifoProperties properties, FairnessProperties fairness) {
    super(fairness);
    this.properties = properties;
  }

  @Override
  public void admit(BatchAdmission batch) {
    boolean headIsBlocked = false;
    int looks = properties.residentMayPass() ? properties.lookAhead() : 0;
    for (Iterator<Sequence> next = queue.iterator(); next.hasNext() && batch.hasPlace(); ) {
      Sequence sequence = next.next();
      if (headIsBlocked && looks-- == 0) {
        return;
      }
      if (!headIsBlocked || sequence.isAdapterResident()) {
        StartOutcome outcome = batch.start(sequence);
        if (outcome.hasLeft()) {
          next.remove();
        } else if (outcome == StartOutcome.NO_ROOM) {
          headIsBlocked = true;
        }
      }
    }
  }
}
