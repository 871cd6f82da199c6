package io.chameleon.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/** Copies from host memory to the device beside the steps. */
interface Uploader extends AutoCloseable {

  /**
   * Starts a copy behind all work that is in the queue of the steps now.
   *
   * @param from stays until it is done
   * @param to address on the device
   * @return done when the copy is, on any thread
   */
  CompletableFuture<Void> upload(MemorySegment from, long to);

  /** Waits for copies under way. */
  @Override
  void close();
}
