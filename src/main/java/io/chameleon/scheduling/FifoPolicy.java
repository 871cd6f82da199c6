package io.chameleon.scheduling;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;

/** Who came first starts first; nobody passes a head that waits for memory. */
final class FifoPolicy implements SchedulingPolicy {

  private final Deque<Sequence> queue = new ArrayDeque<>();

  @Override
  public void enqueue(Sequence arrived) {
    queue.addLast(arrived);
  }

  @Override
  public void requeue(Sequence preempted) {
    queue.addFirst(preempted);
  }

  @Override
  public void remove(Sequence sequence) {
    if (!queue.removeFirstOccurrence(sequence)) {
      throw new IllegalStateException(
          "sequence %s does not wait".formatted(sequence.request().id()));
    }
  }

  @Override
  public Collection<Sequence> waiting() {
    return Collections.unmodifiableCollection(queue);
  }
}
