package io.chameleon.simulation;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Times that were measured, all of them, so that quantiles are exact. In nanoseconds. */
public final class Distribution {

  private static final double NANOS_PER_MS = 1e6;

  /** Ascending. */
  private final long[] nanos;

  private Distribution(long[] sorted) {
    this.nanos = sorted;
  }

  /** Of these times, in any order. */
  public static Distribution of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Distribution(sorted);
  }

  /** Of these times, in any order. */
  public static Distribution of(LongStream nanos) {
    return new Distribution(nanos.sorted().toArray());
  }

  /** How many times. */
  public int count() {
    return nanos.length;
  }

  /**
   * The least time that at least this share of all does not exceed, in milliseconds; 0 of none.
   *
   * @param share over 0, at most 1
   */
  public double quantileMs(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "a quantile of %s; it must be over 0 and at most 1".formatted(share));
    }
    int rank = (int) Math.ceil(share * nanos.length);
    return nanos.length == 0 ? 0 : nanos[rank - 1] / NANOS_PER_MS;
  }

  /** The mean, in milliseconds; 0 of none. */
  public double meanMs() {
    return Arrays.stream(nanos).average().orElse(0) / NANOS_PER_MS;
  }

  /** The longest, in milliseconds; 0 of none. */
  public double maxMs() {
    return nanos.length == 0 ? 0 : nanos[nanos.length - 1] / NANOS_PER_MS;
  }

  /** Share of times that are over this many milliseconds; 0 of none. */
  public double shareOver(double ms) {
    long over = Arrays.stream(nanos).filter(time -> time > ms * NANOS_PER_MS).count();
    return nanos.length == 0 ? 0 : (double) over / nanos.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Distribution that && Arrays.equals(nanos, that.nanos);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(nanos);
  }

  @Override
  public String toString() {
    return "%d times, median %.3f ms, P99 %.3f ms"
        .formatted(nanos.length, quantileMs(0.5), quantileMs(0.99));
  }
}
