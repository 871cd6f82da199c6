package io.chameleon.adapter.pool;

/**
 * How long one adapter has lain idle between the end of its last sequence and its next request, as
 * a histogram of limited range. It predicts when the next request comes: no sooner than the head of
 * the distribution, no later than its tail.
 *
 * @see <a href="https://www.usenix.org/conference/atc20/presentation/shahrad">Serverless in the
 *     Wild (ATC'20), section 4.2</a>
 */
final class IdleTimes {

  /** Percentiles of the paper: 5 % come sooner than the head, 1 % later than the tail. */
  private static final double HEAD = 0.05;

  private static final double TAIL = 0.99;

  /** Fewer observations predict nothing. */
  private static final int FEWEST_SAMPLES = 5;

  private final long binNanos;
  private final int[] bins;
  private int samples;
  private int outOfRange;

  /**
   * @param binNanos width of a bin
   * @param bins how many; longer times are counted as out of range
   */
  IdleTimes(long binNanos, int bins) {
    this.binNanos = binNanos;
    this.bins = new int[bins];
  }

  /** It was idle for so long. */
  void add(long nanos) {
    long bin = Math.max(0, nanos) / binNanos;
    if (bin < bins.length) {
      bins[(int) bin]++;
      samples++;
    } else {
      outOfRange++;
    }
  }

  /**
   * Whether a request is to be expected, so long after the last one has ended. Nothing is expected
   * while little is known, or while most times are out of range.
   */
  boolean expects(long idleNanos) {
    return samples >= FEWEST_SAMPLES
        && samples > outOfRange
        && idleNanos >= edge(HEAD) * binNanos
        && idleNanos <= (edge(TAIL) + 1) * binNanos;
  }

  /** The bin in which this share of all observations is reached. */
  private long edge(double share) {
    int wanted = (int) Math.max(1, Math.ceil(share * samples));
    int seen = 0;
    for (int bin = 0; bin < bins.length; bin++) {
      seen += bins[bin];
      if (seen >= wanted) {
        return bin;
      }
    }
    return bins.length;
  }
}
