package io.chameleon.engine.cuda;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Waits for copies that come one after the other: asleep for most of a copy, by how long others
 * have taken, and awake around its end, since to be woken takes as long as a small copy. For one
 * thread.
 */
final class CopyWatch {

  /** Awake from so long before the expected end until so long after it. */
  private static final long AWAKE_NANOS = 150_000;

  /** Between two looks at a copy of which nothing is known, or that is late. */
  private static final long POLL_NANOS = 10_000;

  private final LongSupplier nanoClock;
  private final Pause pause;

  /** An estimate rises by so much a copy at most: a copy may have waited behind a step. */
  private static final double MOST_RISE = 1.02;

  /** As copies take; 0 before the first. */
  private double nanosPerByte;

  private long lastEnd;

  /** How the thread waits. */
  interface Pause {

    /** Sleeps about so long. */
    void sleep(long nanos);

    /** Waits a moment awake. */
    void spin();
  }

  /**
   * Knows of no copy yet.
   *
   * @param nanoClock monotonic, in nanoseconds
   */
  CopyWatch(LongSupplier nanoClock, Pause pause) {
    this.nanoClock = nanoClock;
    this.pause = pause;
    this.lastEnd = nanoClock.getAsLong();
  }

  /**
   * Waits for the next copy.
   *
   * @param bytes of it
   * @param asked when it was put behind the others
   */
  void await(long bytes, long asked, BooleanSupplier isDone) {
    long begin = lastEnd - asked > 0 ? lastEnd : asked;
    long expected = begin + (long) (nanosPerByte * bytes);
    boolean seen = false;
    while (!isDone.getAsBoolean()) {
      waitFor(expected - nanoClock.getAsLong());
      seen = true;
    }
    lastEnd = nanoClock.getAsLong();
    // Of one that had ended before it was looked at, nobody knows when.
    if (seen) {
      learn((double) (lastEnd - begin) / Math.max(1, bytes));
    }
  }

  private void learn(double took) {
    nanosPerByte = nanosPerByte == 0 ? took : Math.min(took, nanosPerByte * MOST_RISE);
  }

  private void waitFor(long left) {
    if (nanosPerByte == 0 || left < -AWAKE_NANOS) {
      pause.sleep(POLL_NANOS);
    } else if (left > AWAKE_NANOS) {
      // In halves: one that is faster than expected would else be found out by its estimate alone.
      pause.sleep(Math.min(left - AWAKE_NANOS, left / 2));
    } else {
      pause.spin();
    }
  }
}
