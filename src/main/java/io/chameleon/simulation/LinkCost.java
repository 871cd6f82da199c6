package io.chameleon.simulation;

/**
 * What a copy from host memory to the device takes.
 *
 * @param bytesPerSecond of the link, over 0
 * @param latencyNanos of each copy, 0 or more
 * @param slowdown by how much a step takes longer while a copy goes on beside it, as a share: 0 for
 *     not at all
 */
public record LinkCost(double bytesPerSecond, long latencyNanos, double slowdown) {

  private static final double NANOS_PER_SECOND = 1e9;

  public LinkCost {
    if (!(bytesPerSecond > 0) || latencyNanos < 0 || !(slowdown >= 0)) {
      throw new IllegalArgumentException(
          "a link of %s bytes/s, %d ns and a slowdown of %s; they must be over 0, at least 0 and 0"
              .formatted(bytesPerSecond, latencyNanos, slowdown));
    }
  }

  /** Time that so many bytes take, in nanoseconds. */
  public long nanos(long bytes) {
    return latencyNanos + Math.round(bytes / bytesPerSecond * NANOS_PER_SECOND);
  }
}
