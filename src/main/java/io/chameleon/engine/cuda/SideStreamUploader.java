package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaEvent;
import io.chameleon.engine.cuda.driver.CudaStream;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Uploads on a stream of their own, one after the other, by a thread that sleeps meanwhile. From
 * pinned memory they take nothing but the link.
 */
final class SideStreamUploader implements Uploader {

  private static final long POLL_NANOS = 10_000;

  private final CudaContext context;
  private final CudaStream steps;
  private final CudaStream side;
  private final ExecutorService copier =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("chameleon-copier").factory());

  SideStreamUploader(CudaContext context, CudaStream steps) {
    this.context = context;
    this.steps = steps;
    this.side = new CudaStream(context);
  }

  @Override
  public CompletableFuture<Void> upload(MemorySegment from, long to) {
    // The cells may have been read or moved by work that is still in the queue.
    CudaEvent before = CudaEvent.forWaiting(context);
    before.record(steps);
    return CompletableFuture.runAsync(() -> copy(before, from, to), copier);
  }

  private void copy(CudaEvent before, MemorySegment from, long to) {
    context.use();
    try (before;
        CudaEvent done = CudaEvent.forWaiting(context)) {
      side.await(before);
      context.driver().copyAsync(to, from.address(), from.byteSize(), side);
      done.record(side);
      while (!done.isDone()) {
        // Waking up from a wait in the driver takes as long as the copy of a small adapter.
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  @Override
  public void close() {
    copier.close();
    side.close();
  }
}
