package io.chameleon.serving;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chameleon.admission.SizeClass;
import io.chameleon.scheduling.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitResult;
import reactor.util.concurrent.Queues;

/**
 * What callers leave for the engine thread: new sequences, in one bounded sink for each size class,
 * and word that some were cancelled. Callers put in; the engine thread takes out once a pass.
 *
 * <p>Classes change while sequences come. A sequence may have been given its class before, and be
 * put in after the change: it goes into a sink of that class all the same, which is emptied once
 * more and closed. So whatever was put in is taken out, once.
 *
 * <p>A sink hands its elements to its subscriber on whatever thread finds both an element and
 * demand. Here demand is made only while the lock is held that emissions hold too, and exactly for
 * what is there, so sequences always change hands on the engine thread, and emissions never
 * collide. The lock is held for as long as it takes to move references.
 *
 * <p>How many may wait is bounded by admission, which counts what lies here and in the queues
 * behind; a sink is as large as that bound, so it is never full.
 */
public final class Inbox {

  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<SizeClass, ClassSink> sinks = new LinkedHashMap<>();

  @GuardedBy("lock")
  private Set<SizeClass> classes;

  private final int capacity;

  @GuardedBy("lock")
  private int held;

  @GuardedBy("lock")
  private boolean closed;

  /** Each has a place in the queue, or runs, so there are no more of them than of those. */
  private final Queue<Sequence> cancelled = new ConcurrentLinkedQueue<>();

  private final WorkSignal signal = new WorkSignal();

  private final EngineCommands commands = new EngineCommands(signal::signal);

  /**
   * Makes an empty inbox.
   *
   * @param classes each gets a sink
   * @param capacity of each sink, at least 1
   */
  public Inbox(List<SizeClass> classes, int capacity) {
    this.classes = new LinkedHashSet<>(classes);
    this.capacity = capacity;
    for (SizeClass sizeClass : classes) {
      sinks.put(sizeClass, new ClassSink(capacity));
    }
  }

  /** Has a sink for each of these classes; those of other classes go when they are empty. */
  void follow(List<SizeClass> newest) {
    synchronized (lock) {
      classes = new LinkedHashSet<>(newest);
      newest.forEach(this::sinkOf);
      retireEmpty();
    }
  }

  /**
   * Puts in all of the sequences, or none.
   *
   * @return false if the inbox is closed
   */
  public boolean offer(List<Sequence> sequences) {
    synchronized (lock) {
      if (closed) {
        return false;
      }
      for (Sequence sequence : sequences) {
        sinkOf(sequence.sizeClass()).emit(sequence);
        held++;
      }
    }
    signal.signal();
    return true;
  }

  /** Cancels a sequence, wherever it is by now. */
  void cancel(Sequence sequence) {
    if (!sequence.isCancelled()) {
      sequence.cancel();
      cancelled.add(sequence);
      signal.signal();
    }
  }

  /**
   * Takes out all that is there, in the order of arrival, whatever the class: then its policy sees
   * what it would see with a single sink.
   */
  List<Sequence> drain() {
    synchronized (lock) {
      if (held == 0) {
        return List.of();
      }
      List<Sequence> taken = new ArrayList<>(held);
      int givers = 0;
      for (ClassSink sink : sinks.values()) {
        givers += sink.drainTo(taken) ? 1 : 0;
      }
      if (taken.size() != held) {
        throw new IllegalStateException(
            "the sinks held %d sequences and gave %d".formatted(held, taken.size()));
      }
      held = 0;
      if (givers > 1) {
        taken.sort(Comparator.comparingLong(Sequence::arrivalNanos));
      }
      retireEmpty();
      return taken;
    }
  }

  /**
   * Takes out those that were cancelled since this was last asked. They have been put in before, so
   * whoever drains next has all of them.
   */
  List<Sequence> takeCancelled() {
    if (cancelled.isEmpty()) {
      return List.of();
    }
    List<Sequence> taken = new ArrayList<>();
    for (Sequence next = cancelled.poll(); next != null; next = cancelled.poll()) {
      taken.add(next);
    }
    return taken;
  }

  /** Whether nothing lies here: no sequence, no word of a cancelled one, no command. */
  boolean isEmpty() {
    return held() == 0 && cancelled.isEmpty() && commands.isEmpty();
  }

  /** Sequences that lie here. */
  public int held() {
    synchronized (lock) {
      return held;
    }
  }

  /**
   * Estimated size of the sequences that lie here, in tokens.
   *
   * @param classCount how many classes there are; what is of a class beyond is taken for the last
   * @return for each class
   */
  long[] heldTokens(int classCount) {
    long[] tokens = new long[classCount];
    synchronized (lock) {
      sinks.forEach(
          (sizeClass, sink) -> tokens[Math.min(sizeClass.index(), classCount - 1)] += sink.tokens);
    }
    return tokens;
  }

  /** Classes that have a sink. */
  List<SizeClass> sinkClasses() {
    synchronized (lock) {
      return List.copyOf(sinks.keySet());
    }
  }

  /** Lets nothing in any more; what is inside can still be drained. */
  void close() {
    synchronized (lock) {
      closed = true;
    }
    signal.signal();
  }

  /** Something has come that the engine thread waits for; from any thread. */
  public void wake() {
    signal.signal();
  }

  /** What else the engine thread is to do, before it takes sequences out. */
  public EngineCommands commands() {
    return commands;
  }

  WorkSignal signal() {
    return signal;
  }

  @GuardedBy("lock")
  private ClassSink sinkOf(SizeClass sizeClass) {
    return sinks.computeIfAbsent(sizeClass, c -> new ClassSink(capacity));
  }

  @GuardedBy("lock")
  private void retireEmpty() {
    Set<SizeClass> kept = classes;
    if (sinks.size() > kept.size()) {
      sinks
          .entrySet()
          .removeIf(entry -> !kept.contains(entry.getKey()) && entry.getValue().retire());
    }
  }

  /** One bounded sink, with the subscriber that drains it. */
  private static final class ClassSink extends BaseSubscriber<Sequence> {

    private final Sinks.Many<Sequence> sink;

    private int inSink;

    private long tokens;

    private @Nullable List<Sequence> target;

    ClassSink(int capacity) {
      sink = Sinks.many().unicast().onBackpressureBuffer(Queues.<Sequence>get(capacity).get());
      sink.asFlux().subscribe(this);
    }

    void emit(Sequence sequence) {
      EmitResult result = sink.tryEmitNext(sequence);
      if (result.isFailure()) {
        throw new IllegalStateException(
            "the sink with %d sequences answered %s".formatted(inSink, result));
      }
      inSink++;
      tokens += sequence.size().tokens();
    }

    /** Whether there was anything to give. */
    boolean drainTo(List<Sequence> taken) {
      int count = inSink;
      if (count > 0) {
        inSink = 0;
        tokens = 0;
        target = taken;
        request(count);
        target = null;
      }
      return count > 0;
    }

    /** Closes an empty sink; false if it is not empty. */
    boolean retire() {
      if (inSink > 0) {
        return false;
      }
      EmitResult result = sink.tryEmitComplete();
      if (result.isFailure()) {
        throw new IllegalStateException("the end of an empty sink was answered " + result);
      }
      return true;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      // Demand is made by drainTo alone.
    }

    @Override
    protected void hookOnNext(Sequence sequence) {
      if (target == null) {
        throw new IllegalStateException("a sequence came without demand");
      }
      target.add(sequence);
    }
  }
}
