package io.chameleon.scheduling;

import io.chameleon.scheduling.fairness.TokenAccount;
import io.chameleon.scheduling.fairness.TokenCounters;
import java.util.AbstractCollection;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A queue of sequences, each once, from which any of them leaves in constant time. First come those
 * that have run before, and who else was put first; then by priority; among equals whoever's client
 * has had least of the service; of one client by arrival. So without priorities and clients it is
 * first come, first served.
 *
 * <p>No priority starves: while several wait, every {@link FairnessProperties#priorityTurn()
 * turn}-th start is of the one that has gone without for longest. So with n priorities waiting,
 * each has a start in any {@code n * turn}. No client starves by others that keep on waiting: what
 * they are served brings their counters past its own.
 *
 * <p>A sequence that has been added here has its tokens charged to its client, in this queue.
 */
public final class SequenceQueue {

  private final FairnessProperties properties;

  private final TokenCounters counters;

  /** Those that go before all others. */
  private final LinkedHashSet<Sequence> front = new LinkedHashSet<>();

  /** The best first; each has clients, and each client sequences. */
  private final TreeMap<Integer, PriorityLevel> levels = new TreeMap<>();

  private final Collection<Sequence> view = Collections.unmodifiableCollection(new View());

  private int size;

  private long starts;

  /** A queue in the order of arrival, whatever its requests ask for. */
  public SequenceQueue() {
    this(FairnessProperties.NONE);
  }

  /** An empty queue. */
  public SequenceQueue(FairnessProperties properties) {
    this.properties = properties;
    this.counters = properties.counters();
  }

  /** Puts one behind its equals: one that has run before, behind the others that go first. */
  public void addLast(Sequence sequence) {
    requireAbsent(sequence);
    if (sequence.hasStarted()) {
      sequence.chargeTo(counters.account(keyOf(sequence)));
      front.add(sequence);
    } else {
      addToLane(sequence);
    }
    size++;
  }

  /** Puts one before all others. */
  public void addFirst(Sequence sequence) {
    requireAbsent(sequence);
    sequence.chargeTo(counters.account(keyOf(sequence)));
    front.addFirst(sequence);
    size++;
  }

  /**
   * Takes one out.
   *
   * @throws IllegalStateException if it is not in
   */
  public void remove(Sequence sequence) {
    ClientLane lane = laneOf(sequence);
    if (front.remove(sequence)) {
      size--;
    } else if (lane != null && lane.sequences().remove(sequence)) {
      leftLane(sequence, lane);
    } else {
      throw fault(sequence, "does not wait");
    }
  }

  /** Whether it is in. */
  public boolean contains(Sequence sequence) {
    ClientLane lane = laneOf(sequence);
    return front.contains(sequence) || (lane != null && lane.sequences().contains(sequence));
  }

  /**
   * From the first to the last, as they are now: whom it has given and who stays counts as served,
   * so that the next client's turn comes. Its {@code remove} takes the one out that it gave last,
   * and is to come before its {@code hasNext}. It takes time and memory for each client of a
   * priority that it reaches.
   */
  public Iterator<Sequence> iterator() {
    return new QueueOrder(this);
  }

  /** All of them, from the first to the last. */
  public Collection<Sequence> view() {
    return view;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return size == 0;
  }

  Set<Sequence> front() {
    return front;
  }

  Collection<PriorityLevel> levels() {
    return levels.values();
  }

  /** Of those that did not go first. */
  long starts() {
    return starts;
  }

  int priorityTurn() {
    return properties.priorityTurn();
  }

  /** One of the front was taken out of it. */
  void leftFront() {
    size--;
  }

  /** One was taken out of its lane; if it runs, it has started. */
  void leftLane(Sequence sequence, ClientLane lane) {
    size--;
    counters.deactivate(lane.account());
    PriorityLevel level = lane.level();
    if (sequence.status() == SequenceStatus.RUNNING) {
      starts++;
      level.started(starts);
    }
    if (lane.sequences().isEmpty()) {
      level.lanes().remove(lane.key());
      if (level.lanes().isEmpty()) {
        levels.remove(level.priority());
      }
    }
  }

  private void addToLane(Sequence sequence) {
    String key = keyOf(sequence);
    TokenAccount account = counters.activate(key);
    sequence.chargeTo(account);
    PriorityLevel level =
        levels.computeIfAbsent(
            priorityOf(sequence), priority -> new PriorityLevel(priority, starts));
    level
        .lanes()
        .computeIfAbsent(key, k -> new ClientLane(level, k, account, new LinkedHashSet<>()))
        .sequences()
        .add(sequence);
  }

  private @Nullable ClientLane laneOf(Sequence sequence) {
    PriorityLevel level = levels.get(priorityOf(sequence));
    return level == null ? null : level.lanes().get(keyOf(sequence));
  }

  private int priorityOf(Sequence sequence) {
    return properties.priorities() ? sequence.request().terms().priority() : 0;
  }

  private String keyOf(Sequence sequence) {
    return properties.key().of(sequence.request());
  }

  private void requireAbsent(Sequence sequence) {
    if (contains(sequence)) {
      throw fault(sequence, "waits twice");
    }
  }

  private static IllegalStateException fault(Sequence sequence, String what) {
    return new IllegalStateException("sequence %s %s".formatted(sequence.request().id(), what));
  }

  /** All of them; it changes with the queue. */
  private final class View extends AbstractCollection<Sequence> {

    @Override
    public Iterator<Sequence> iterator() {
      return SequenceQueue.this.iterator();
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public boolean contains(Object sequence) {
      return sequence instanceof Sequence known && SequenceQueue.this.contains(known);
    }
  }
}
