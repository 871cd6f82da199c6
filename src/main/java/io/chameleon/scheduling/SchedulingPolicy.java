package io.chameleon.scheduling;

import java.util.Collection;

/**
 * The queues, and who starts next. It holds the waiting sequences and nothing else: the scheduler
 * starts them in its order as long as there is room, passing over those whose adapters are still
 * being loaded, and removes them. For the engine thread alone.
 */
public interface SchedulingPolicy {

  /** Takes a sequence that has just come. */
  void enqueue(Sequence arrived);

  /** Takes back a sequence that had to make room; it goes before all that have never run. */
  void requeue(Sequence preempted);

  /**
   * Removes a sequence that has started or ended.
   *
   * @throws IllegalStateException if it does not wait here
   */
  void remove(Sequence sequence);

  /** All that wait, in the order in which they should start; a view. */
  Collection<Sequence> waiting();
}
