package io.chameleon.scheduling;

import java.util.Collection;

/**
 * The one queue of policies that keep to the order of arrival, or to priorities and shares where
 * they are told to; whom they start is theirs to say.
 */
abstract class ArrivalOrder implements SchedulingPolicy {

  final SequenceQueue queue;

  /** Strictly in the order of arrival. */
  ArrivalOrder() {
    this(FairnessProperties.NONE);
  }

  ArrivalOrder(FairnessProperties fairness) {
    this.queue = new SequenceQueue(fairness);
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
}
