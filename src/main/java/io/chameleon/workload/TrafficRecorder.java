package io.chameleon.workload;

/** Is told of every request that a service has finished. Safe for all threads, and never waits. */
@FunctionalInterface
public interface TrafficRecorder {

  /** Records nothing. */
  TrafficRecorder NONE = request -> {};

  /** A request has ended: it was answered in full, cut short or cancelled. */
  void finished(TrafficRecord request);
}
