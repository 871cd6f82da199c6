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

  /** Of the fastest copy; 0 before the first. */
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
    while (!isDone.getAsBoolean()) {
      waitFor(expected - nanoClock.getAsLong());
    }
    lastEnd = nanoClock.getAsLong();
    double took = (double) (lastEnd - begin) / Math.max(1, bytes);
    nanosPerByte = nanosPerByte == 0 ? took : Math.min(nanosPerByte, took);
  }

  private void waitFor(long left) {
    if (nanosPerByte == 0 || left < -AWAKE_NANOS) {
      pause.sleep(POLL_NANOS);
    } else if (left > AWAKE_NANOS) {
      pause.sleep(left - AWAKE_NANOS);
    } else {
      pause.spin();
    }
  }
}
