package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaEvent;
import io.chameleon.engine.cuda.driver.CudaStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Uploads on a stream of their own, one right behind the other, each in parts that a step can wait
 * for one by one. From pinned memory they take nothing but the link; a thread that sleeps for most
 * of it says when each is done.
 */
final class SideStreamUploader implements Uploader {

  private final CudaContext context;
  private final CudaStream steps;
  private final CudaStream side;
  private final LongSupplier nanoClock;
  private final CopyWatch watch;
  private final ExecutorService watcher =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("chameleon-uploads").factory());

  /**
   * Makes one.
   *
   * @param steps stream behind whose work uploads begin
   * @param nanoClock monotonic, in nanoseconds
   */
  SideStreamUploader(CudaContext context, CudaStream steps, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.watch = new CopyWatch(nanoClock, new ThreadPause());
    this.context = context;
    this.steps = steps;
    this.side = new CudaStream(context);
  }

  @Override
  public Started upload(MemorySegment from, long to, long partBytes) {
    EventParts events = new EventParts();
    long asked = nanoClock.getAsLong();
    try {
      start(from, to, partBytes, events);
      CudaEvent done = CudaEvent.forWaiting(context);
      done.record(side);
      return new Started(
          CompletableFuture.runAsync(() -> watch(done, from.byteSize(), asked), watcher), events);
    } catch (RuntimeException e) {
      abandon(e);
      events.close();
      return new Started(CompletableFuture.failedFuture(e), events);
    }
  }

  /** An event for each part of a copy; for the thread of the steps alone. */
  private final class EventParts implements Parts {

    private final List<CudaEvent> events = new ArrayList<>();

    @Override
    public void await(int part) {
      steps.await(events.get(part));
    }

    @Override
    public void close() {
      events.forEach(CudaEvent::close);
      events.clear();
    }
  }

  /** Who is told of a failure gives memory back from which nothing may be copied any more. */
  private void abandon(RuntimeException failure) {
    try {
      side.synchronize();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void start(MemorySegment from, long to, long partBytes, EventParts events) {
    try (CudaEvent before = CudaEvent.forWaiting(context)) {
      // The cells may have been read or moved by work that is still in the queue.
      before.record(steps);
      side.await(before);
    }
    for (long at = 0; at < from.byteSize(); at += partBytes) {
      long bytes = Math.min(partBytes, from.byteSize() - at);
      context.driver().copyAsync(to + at, from.address() + at, bytes, side);
      CudaEvent come = CudaEvent.forWaiting(context);
      events.events.add(come);
      come.record(side);
    }
  }

  private void watch(CudaEvent done, long bytes, long asked) {
    context.use();
    try (done) {
      watch.await(bytes, asked, done::isDone);
    }
  }

  /** Has the thread that calls wait. */
  private static final class ThreadPause implements CopyWatch.Pause {

    @Override
    public void sleep(long nanos) {
      LockSupport.parkNanos(nanos);
    }

    @Override
    public void spin() {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    watcher.close();
    side.close();
  }
}
