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
   * Nanoseconds from now until such a request would start.
   *
   * @param size of the request
   * @param sizeClass index of its class; one beyond the last is taken for the last
   * @return 0 or more; {@link Long#MAX_VALUE} where it would never start
   */
  long nanosUntilStart(RequestSize size, int sizeClass);

  /**
   * Nanoseconds that pass at least from its start to its first token; 0 where that is not known.
   *
   * @param size of the request
   */
  default long leastPrefillNanos(RequestSize size) {
    return 0;
  }

  /**
   * By how many nanoseconds first tokens come later than wait and prefill say, in all cases but
   * few; 0 where that is not known.
   */
  default long marginNanos() {
    return 0;
  }

  /**
   * A request was admitted since this estimate was published: the next one waits behind it. Called
   * by many threads, and must not wait; by default it is not counted.
   */
  default void admitted(RequestSize size, int sizeClass) {}
}
