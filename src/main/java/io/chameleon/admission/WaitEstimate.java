package io.chameleon.admission;

/**
 * How long a request would wait if it were admitted now. The engine thread publishes one with each
 * pass; any thread asks it.
 */
@FunctionalInterface
public interface WaitEstimate {

  /** Of a service that does not know: nobody waits. */
  WaitEstimate NONE = (size, sizeClass) -> 0;

  /**
   * Nanoseconds from now until such a request would start. It is held against the deadline of the
   * first token, so an estimate that knows how long adapter and prefill take adds that.
   *
   * @param size of the request
   * @param sizeClass index of its class
   * @return 0 or more; {@link Long#MAX_VALUE} where it would never start
   */
  long nanosUntilStart(RequestSize size, int sizeClass);

  /**
   * A request was admitted since this estimate was published: the next one waits behind it. Called
   * by many threads, and must not wait; by default it is not counted.
   */
  default void admitted(RequestSize size, int sizeClass) {}
}
