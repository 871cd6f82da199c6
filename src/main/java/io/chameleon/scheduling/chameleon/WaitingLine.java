package io.chameleon.scheduling.chameleon;

import org.jspecify.annotations.Nullable;

/**
 * The queue of one size class with a place in it, from which a pass takes requests in the order of
 * the queue. When the request at the place leaves the queue, the place is that of the next; others
 * that come or leave, even before it, do not move it.
 *
 * @param <R> a request that waits
 */
interface WaitingLine<R> {

  /** Puts the place at the head. */
  void rewind();

  /** The request at the place; null behind the last. */
  @Nullable R peek();

  /** Moves the place past the request there, which goes on waiting. */
  void skip();
}
