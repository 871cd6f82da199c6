package io.chameleon.scheduling;

import java.util.LinkedHashMap;
import java.util.Map;

/** Those of one queue that wait with one priority, client by client. */
final class PriorityLevel {

  private final int priority;

  /** By the key of the client; each has at least one that waits. */
  private final Map<String, ClientLane> lanes = new LinkedHashMap<>();

  private long lastStart;

  /**
   * A level without clients.
   *
   * @param priority the lower, the earlier
   * @param starts that there have been in the queue
   */
  PriorityLevel(int priority, long starts) {
    this.priority = priority;
    this.lastStart = starts;
  }

  int priority() {
    return priority;
  }

  Map<String, ClientLane> lanes() {
    return lanes;
  }

  /** The number of the last start of this level, or of the last before it was there. */
  long lastStart() {
    return lastStart;
  }

  /** One of this level has started. */
  void started(long number) {
    lastStart = number;
  }
}
