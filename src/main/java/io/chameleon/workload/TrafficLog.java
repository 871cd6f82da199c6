package io.chameleon.workload;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records traffic into a file. Callers put a record into a bounded queue without a lock; one task
 * at a time on an executor writes what is there. What finds the queue or the file full, or comes
 * after an error or the end, is dropped and counted.
 */
public final class TrafficLog implements TrafficRecorder, Closeable {

  private static final Logger log = LoggerFactory.getLogger(TrafficLog.class);

  private static final long CLOSE_SECONDS = 10;

  private final TrafficFile file;
  private final int queueCapacity;
  private final Executor executor;
  private final Queue<Entry> queue = new ConcurrentLinkedQueue<>();

  /**
   * Entries that are in the queue, about to be, or being written; whoever raises it from 0 starts.
   */
  private final AtomicInteger pending = new AtomicInteger();

  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final LongAdder dropped = new LongAdder();

  /** What the writing task takes. */
  private sealed interface Entry {}

  /** One line. */
  private record Finished(TrafficRecord request) implements Entry {}

  /** The last entry. */
  private record End() implements Entry {}

  private TrafficLog(TrafficFile file, int queueCapacity, Executor executor) {
    this.file = file;
    this.queueCapacity = queueCapacity;
    this.executor = executor;
  }

  /**
   * Opens a file, at whose end it goes on; makes it if there is none.
   *
   * @param executor runs the writing, which may block, elsewhere than on the callers' threads; one
   *     task at a time is given to it
   * @throws IOException if the file cannot be opened
   */
  public static TrafficLog open(Path file, TrafficLogLimits limits, Executor executor)
      throws IOException {
    return new TrafficLog(TrafficFile.open(file, limits), limits.queueCapacity(), executor);
  }

  @Override
  public void finished(TrafficRecord request) {
    if (closing.get()) {
      dropped.increment();
      return;
    }
    int before = pending.getAndUpdate(n -> n < queueCapacity ? n + 1 : n);
    if (before >= queueCapacity) {
      dropped.increment();
      return;
    }
    put(new Finished(request), before);
  }

  /** Records that were not written. */
  public long dropped() {
    return dropped.sum() + file.dropped();
  }

  /** Lines that were written since it was opened. */
  public long written() {
    return file.written();
  }

  /** Writes what waits and closes the file; waits for that 10 s at most. */
  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      put(new End(), pending.getAndIncrement());
    }
    try {
      closed.get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      log.warn("{} is not written to its end after {} s", file, CLOSE_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void put(Entry entry, int before) {
    queue.add(entry);
    if (before > 0) {
      return;
    }
    try {
      executor.execute(this::drain);
    } catch (RejectedExecutionException e) {
      file.giveUp("its executor takes no more work");
      drain();
    }
  }

  private void drain() {
    int taken;
    do {
      taken = takeRound();
      if (taken == 0) {
        // Somebody has raised the count and not yet put the entry.
        Thread.onSpinWait();
      }
    } while (pending.addAndGet(-taken) > 0);
  }

  /** A round is bounded, so that lines are on disk soon even if entries come without a pause. */
  private int takeRound() {
    int taken = 0;
    while (taken < queueCapacity) {
      Entry entry = queue.poll();
      if (entry == null) {
        break;
      }
      taken++;
      take(entry);
    }
    file.flush();
    return taken;
  }

  private void take(Entry entry) {
    switch (entry) {
      case Finished finished -> file.add(finished.request());
      case End end -> {
        file.close();
        closed.complete(null);
      }
    }
  }
}
