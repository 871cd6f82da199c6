package io.chameleon.workload;

/** Adapters for one request after the other; it may remember the ones before. */
@FunctionalInterface
public interface AdapterDraws {

  /**
   * The number of the adapter for the next request.
   *
   * @param seconds when that request arrives, at or after the one before
   */
  int next(double seconds);
}
