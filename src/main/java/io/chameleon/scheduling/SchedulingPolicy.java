package io.chameleon.scheduling;

import io.chameleon.admission.SizeClassifier;
import java.util.Collection;

/**
 * The queues, and who starts next. It holds the waiting sequences, each once, and nothing else of
 * them; the scheduler tells it of all that happens and asks it once a pass, so one class is a whole
 * policy. For the engine thread alone; time comes with the calls.
 *
 * <p>In a pass the calls come in this order: {@link #reconsider}, {@link #admit}, and after the
 * step {@link #firstToken} for each sequence that has sampled its first, {@link #stopped} for each
 * that has come to its end, {@link #stepped}.
 */
public interface SchedulingPolicy {

  /** Takes a sequence that has just come. */
  void enqueue(Sequence arrived);

  /**
   * Takes back a sequence that had to make room or was put back; it goes before all of its queue
   * that have never run.
   */
  void requeue(Sequence stopped);

  /**
   * Forgets a waiting sequence that has ended without having been started.
   *
   * @throws IllegalStateException if it does not wait here
   */
  void remove(Sequence waiting);

  /** All that wait, in the order in which they should start, as far as that is known; a view. */
  Collection<Sequence> waiting();

  /**
   * The size classes of requests, smallest first. It is the very same until they change, which they
   * may do from one pass to the next, while sequences wait.
   */
  default SizeClassifier classifier() {
    return SizeClassifier.single();
  }

  /** What it says of itself to those who watch; made anew for each call. */
  default PolicyView view() {
    return PolicyView.NONE;
  }

  /** Before the batch is formed: the time to put running sequences back. */
  default void reconsider(BatchAdmission batch) {}

  /**
   * Starts waiting sequences, as many as it wants and as there is room for. Those that have left
   * are forgotten without a call of {@link #remove}.
   */
  void admit(BatchAdmission batch);

  /** A running sequence runs no more: it has ended, or is about to be requeued. */
  default void stopped(Sequence sequence) {}

  /** A sequence has sampled its first token. */
  default void firstToken(Sequence sequence, long nanosSinceArrival) {}

  /**
   * A step has been made.
   *
   * @param nanos how long it took, from the forming of its batch to its tokens
   */
  default void stepped(ScheduledBatch step, long nanos) {}
}
