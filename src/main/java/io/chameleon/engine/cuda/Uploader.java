package io.chameleon.engine.cuda;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/** Copies from host memory to the device beside the steps. */
interface Uploader extends AutoCloseable {

  /**
   * A copy that goes on.
   *
   * @param done when all of it is there, on any thread
   * @param parts has the queue of the steps wait for a part of it
   */
  record Started(CompletableFuture<Void> done, Parts parts) {}

  /** The parts of a copy, each as long as the others but for the last. */
  interface Parts extends AutoCloseable {

    /** Has what is put into the queue of the steps from now on wait for a part and those before. */
    void await(int part);

    @Override
    void close();
  }

  /**
   * Starts a copy behind all work that is in the queue of the steps now.
   *
   * @param from stays until it is done
   * @param to address on the device
   * @param partBytes bytes of each part in which it comes but the last
   */
  Started upload(MemorySegment from, long to, long partBytes);

  /** Waits for copies under way. */
  @Override
  void close();
}
