package io.chameleon.scheduling.chameleon;

import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.SequenceQueue;
import java.util.Collection;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The queue of one size class; those put back go before the others. */
final class SequenceLine implements WaitingLine<Sequence> {

  private final SequenceQueue queue;

  private @Nullable Sequence place;

  /** Gives what is behind the place; null where others have come or left since it was made. */
  private @Nullable Iterator<Sequence> behind;

  /** An empty line in this order. */
  SequenceLine(FairnessProperties fairness) {
    this.queue = new SequenceQueue(fairness);
  }

  /** Puts one behind its equals. */
  void addLast(Sequence sequence) {
    behind = null;
    queue.addLast(sequence);
  }

  /** Puts one before all others. */
  void addFirst(Sequence sequence) {
    behind = null;
    queue.addFirst(sequence);
  }

  /** Takes one out, at the place or anywhere else. */
  void remove(Sequence sequence) {
    if (sequence == place) {
      Iterator<Sequence> left = iteratorBehindPlace();
      left.remove();
      place = left.hasNext() ? left.next() : null;
    } else {
      behind = null;
      queue.remove(sequence);
    }
  }

  @Override
  public void rewind() {
    behind = queue.iterator();
    place = behind.hasNext() ? behind.next() : null;
  }

  @Override
  public @Nullable Sequence peek() {
    return place;
  }

  @Override
  public void skip() {
    Iterator<Sequence> left = iteratorBehindPlace();
    place = left.hasNext() ? left.next() : null;
  }

  /** All that wait, from the first to the last; a view. */
  Collection<Sequence> view() {
    return queue.view();
  }

  private Iterator<Sequence> iteratorBehindPlace() {
    Iterator<Sequence> found = behind;
    if (found == null) {
      found = queue.iterator();
      while (found.hasNext() && found.next() != place) {
        // The place is further on.
      }
      behind = found;
    }
    return found;
  }
}
