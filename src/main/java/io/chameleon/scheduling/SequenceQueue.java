package io.chameleon.scheduling;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;

/** A queue of sequences, each once, from which any of them leaves in constant time. */
public final class SequenceQueue {

  /** Sequences are equal only to themselves. */
  private final LinkedHashSet<Sequence> sequences = new LinkedHashSet<>();

  /** Puts one behind all others. */
  public void addLast(Sequence sequence) {
    require(sequences.add(sequence), sequence, "waits twice");
  }

  /** Puts one before all others. */
  public void addFirst(Sequence sequence) {
    require(!sequences.contains(sequence), sequence, "waits twice");
    sequences.addFirst(sequence);
  }

  /**
   * Takes one out.
   *
   * @throws IllegalStateException if it is not in
   */
  public void remove(Sequence sequence) {
    require(sequences.remove(sequence), sequence, "does not wait");
  }

  /** Whether it is in. */
  public boolean contains(Sequence sequence) {
    return sequences.contains(sequence);
  }

  /** From the first to the last; its {@code remove} takes the one out that it gave last. */
  public Iterator<Sequence> iterator() {
    return sequences.iterator();
  }

  /** All of them, from the first to the last. */
  public Collection<Sequence> view() {
    return Collections.unmodifiableCollection(sequences);
  }

  /** How many there are. */
  public int size() {
    return sequences.size();
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return sequences.isEmpty();
  }

  private static void require(boolean holds, Sequence sequence, String fault) {
    if (!holds) {
      throw new IllegalStateException("sequence %s %s".formatted(sequence.request().id(), fault));
    }
  }
}
