package io.chameleon.serving;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chameleon.admission.SizeClass;
import io.chameleon.scheduling.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
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
    for (SizeClass sizeClass : classes) {
      sinks.put(sizeClass, new ClassSink(capacity));
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
        sinkOf(sequence).emit(sequence);
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

  /** Takes out all that is there: class after class, in each in the order of arrival. */
  List<Sequence> drain() {
    synchronized (lock) {
      if (held == 0) {
        return List.of();
      }
      List<Sequence> taken = new ArrayList<>(held);
      for (ClassSink sink : sinks.values()) {
        sink.drainTo(taken);
      }
      if (taken.size() != held) {
        throw new IllegalStateException(
            "the sinks held %d sequences and gave %d".formatted(held, taken.size()));
      }
      held = 0;
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

  /** Sequences that lie here. */
  public int held() {
    synchronized (lock) {
      return held;
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
  private ClassSink sinkOf(Sequence sequence) {
    ClassSink sink = sinks.get(sequence.sizeClass());
    if (sink == null) {
      throw new IllegalStateException("no sink for " + sequence.sizeClass());
    }
    return sink;
  }

  /** One bounded sink, with the subscriber that drains it. */
  private static final class ClassSink extends BaseSubscriber<Sequence> {

    private final Sinks.Many<Sequence> sink;

    private int inSink;

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
    }

    void drainTo(List<Sequence> taken) {
      if (inSink > 0) {
        int count = inSink;
        inSink = 0;
        target = taken;
        request(count);
        target = null;
      }
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
