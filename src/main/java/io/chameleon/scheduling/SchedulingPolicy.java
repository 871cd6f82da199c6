package io.chameleon.scheduling;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The queues, and who starts next. It holds the waiting sequences and nothing else: the scheduler
 * asks for the next one, starts it if there is room, and removes it. For the engine thread alone.
 */
public interface SchedulingPolicy {

  /** Takes a sequence that has just come. */
  void enqueue(Sequence arrived);

  /** Takes back a sequence that had to make room; it goes before all that have never run. */
  void requeue(Sequence preempted);

  /** The sequence that should start next; it stays. Null if none waits. */
  @Nullable Sequence next();

  /**
   * Removes a sequence that has started or ended.
   *
   * @throws IllegalStateException if it does not wait here
   */
  void remove(Sequence sequence);

  /** All that wait, in order; a view. */
  Collection<Sequence> waiting();
}
