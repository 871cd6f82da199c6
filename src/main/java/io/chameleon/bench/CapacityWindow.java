package io.chameleon.bench;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * The time over which a closed loop's answers are counted. It begins when each client has had an
 * answer, and not before a warm-up is over; it ends when the clients stop asking, which is no
 * sooner than each could have had three answers. For one thread at a time.
 */
final class CapacityWindow {

  private static final int ANSWERS_EACH = 4;

  private static final double NANOS = 1e9;

  private final int clients;

  private final long warmUpNanos;

  private final long lengthNanos;

  private final LongSupplier nanoClock;

  private final long start;

  private int asked;

  private long closed = Long.MAX_VALUE;

  /** A window that opens now. */
  CapacityWindow(int clients, double warmUpSeconds, double seconds, LongSupplier nanoClock) {
    this.clients = clients;
    this.warmUpNanos = (long) (warmUpSeconds * NANOS);
    this.lengthNanos = (long) (seconds * NANOS);
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
  }

  /** Whether a client is to send one more request; counts it. */
  boolean isOpen() {
    long now = nanoClock.getAsLong() - start;
    if (asked >= ANSWERS_EACH * clients && now >= warmUpNanos + lengthNanos) {
      closed = Math.min(closed, now);
      return false;
    }
    asked++;
    return true;
  }

  /**
   * Answers a second, of those that ended in the window.
   *
   * @param answers all of them, from the time on when the window was made
   */
  double perSecond(List<Outcome.Answered> answers) {
    long[] ends = answers.stream().mapToLong(Outcome.Answered::endNanos).sorted().toArray();
    long begin = Math.max(warmUpNanos, ends[clients - 1]);
    long counted =
        answers.stream()
            .filter(answer -> answer.endNanos() > begin && answer.endNanos() <= closed)
            .count();
    if (counted == 0) {
      throw new IllegalStateException(
          "no answer ended in the %d ms that were measured"
              .formatted((closed - begin) / 1_000_000));
    }
    return counted * NANOS / (closed - begin);
  }
}
