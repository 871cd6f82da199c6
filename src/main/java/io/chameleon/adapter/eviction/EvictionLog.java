package io.chameleon.adapter.eviction;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The last decisions, bounded. One thread adds; any thread may read, and neither waits. */
public final class EvictionLog {

  /** With a slot more than is shown, for the one that is being written. */
  private final AtomicReferenceArray<EvictionDecision> ring;

  private volatile long added;

  /**
   * An empty log.
   *
   * @param capacity decisions that are kept, at least 1
   */
  public EvictionLog(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "the log's capacity is %d; it must be at least 1".formatted(capacity));
    }
    this.ring = new AtomicReferenceArray<>(capacity + 1);
  }

  /** Adds a decision; with one more than the capacity the oldest is forgotten. */
  public void add(EvictionDecision decision) {
    long index = added;
    ring.set(slot(index), decision);
    added = index + 1;
  }

  /** Decisions that were ever added. */
  public long total() {
    return added;
  }

  /** The decisions that are kept, newest first. */
  public List<EvictionDecision> newestFirst() {
    long end = added;
    long start = Math.max(0, end - ring.length() + 1);
    List<EvictionDecision> found = new ArrayList<>();
    for (long index = end - 1; index >= start; index--) {
      found.add(ring.get(slot(index)));
    }
    // Where these stood, newer ones may have been written meanwhile.
    long whole = Math.max(start, added - ring.length() + 1);
    return List.copyOf(found.subList(0, (int) Math.max(0, end - whole)));
  }

  private int slot(long index) {
    return (int) (index % ring.length());
  }
}
