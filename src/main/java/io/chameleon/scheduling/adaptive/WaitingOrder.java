package io.chameleon.scheduling.adaptive;

import io.chameleon.scheduling.Sequence;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeSet;

/** Those that wait, each once, in order. For one thread. */
final class WaitingOrder extends AbstractCollection<Sequence> {

  private final TreeSet<WaitingSequence> order = new TreeSet<>(WaitingSequence.ORDER);

  private final Map<Sequence, WaitingSequence> places = new HashMap<>();

  /**
   * Adds one.
   *
   * @throws IllegalStateException if it waits already
   */
  void add(WaitingSequence waiting) {
    if (places.putIfAbsent(waiting.sequence(), waiting) != null || !order.add(waiting)) {
      throw new IllegalStateException(
          "sequence %s waits twice".formatted(waiting.sequence().request().id()));
    }
  }

  /**
   * Takes one out, and returns it.
   *
   * @throws IllegalStateException if it does not wait
   */
  WaitingSequence take(Sequence sequence) {
    WaitingSequence waiting = places.remove(sequence);
    if (waiting == null || !order.remove(waiting)) {
      throw new IllegalStateException(
          "sequence %s does not wait".formatted(sequence.request().id()));
    }
    return waiting;
  }

  boolean waits(WaitingSequence waiting) {
    return places.containsKey(waiting.sequence());
  }

  /** From the first to the last. */
  Iterable<WaitingSequence> places() {
    return order;
  }

  @Override
  public Iterator<Sequence> iterator() {
    Iterator<WaitingSequence> next = order.iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return next.hasNext();
      }

      @Override
      public Sequence next() {
        return next.next().sequence();
      }
    };
  }

  @Override
  public int size() {
    return order.size();
  }

  /** A view, for those who only look. */
  Collection<Sequence> view() {
    return Collections.unmodifiableCollection(this);
  }
}
