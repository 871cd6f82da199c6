package io.chameleon.scheduling;

import java.util.Collection;

/** The queue of policies that keep to the order of arrival; whom they start is theirs to say. */
abstract class ArrivalOrder implements SchedulingPolicy {

  final SequenceQueue queue = new SequenceQueue();

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
}
