package io.chameleon.simulation;

import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/**
 * Time that passes when somebody says so, in nanoseconds from 0, with what is to happen on the way.
 * For one thread.
 */
final class VirtualClock implements LongSupplier {

  /** Something that happens at a time; of one time, what was entered first happens first. */
  private record Event(long nanos, long number, Runnable action) implements Comparable<Event> {

    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(nanos, other.nanos);
      return byTime == 0 ? Long.compare(number, other.number) : byTime;
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();

  private long now;

  private long entered;

  @Override
  public long getAsLong() {
    return now;
  }

  /**
   * Has something happen when the clock comes to a time.
   *
   * @param nanos now or later
   * @param action must not move the clock
   */
  void at(long nanos, Runnable action) {
    if (nanos < now) {
      throw new IllegalArgumentException(
          "an event at %d ns; the clock stands at %d ns".formatted(nanos, now));
    }
    events.add(new Event(nanos, entered++, action));
  }

  /** Lets time pass. */
  void advance(long nanos) {
    advanceTo(now + nanos);
  }

  /** Lets time pass up to a moment, whose events have happened then; none if it is past. */
  void advanceTo(long nanos) {
    Event next = events.peek();
    while (next != null && next.nanos <= nanos) {
      events.remove();
      now = Math.max(now, next.nanos);
      next.action.run();
      next = events.peek();
    }
    now = Math.max(now, nanos);
  }

  /** Lets time pass up to the next event; false if there is none. */
  boolean jump() {
    Event next = events.peek();
    if (next == null) {
      return false;
    }
    advanceTo(next.nanos);
    return true;
  }
}
