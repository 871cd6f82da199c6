package io.chameleon.scheduling;

import java.util.Collection;
import java.util.Iterator;

/**
 * Who came first starts first. One whose adapter is being loaded is passed over; nobody passes a
 * head that waits for memory, unless later requests for a resident adapter may (vLLM's rule).
 */
final class FifoPolicy implements SchedulingPolicy {

  private final SequenceQueue queue = new SequenceQueue();

  private final FifoProperties properties;

  FifoPolicy(FifoProperties properties) {
    this.properties = properties;
  }

  @Override
  public void enqueue(Sequence arrived) {
    queue.addLast(arrived);
  }

  @Override
  public void requeue(Sequence stopped) {
    queue.addFirst(stopped);
  }

  @Override
  public void remove(Sequence waiting) {
    queue.remove(waiting);
  }

  @Override
  public Collection<Sequence> waiting() {
    return queue.view();
  }

  @Override
  public void admit(BatchAdmission batch) {
    boolean headIsBlocked = false;
    int looks = properties.lookAhead();
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
          looks = properties.residentMayPass() ? looks : 0;
        }
      }
    }
  }
}
