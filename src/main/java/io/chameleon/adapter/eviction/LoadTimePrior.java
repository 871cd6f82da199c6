package io.chameleon.adapter.eviction;

/**
 * How long a load of so many bytes takes, learned from all loads: a power law, fitted to the
 * logarithms of size and time by decaying least squares, and the spread around it. While little is
 * known, time is taken to be in proportion to size. For one thread.
 */
final class LoadTimePrior {

  /** What older loads weigh after each further one, so about a thousand count. */
  private static final double DECAY = 0.999;

  /** The speed that is assumed before the first load: 10 GB/s, half of a PCIe 4.0 link. */
  private static final double FIRST_NANOS_PER_BYTE = 0.1;

  /** The spread that is assumed at first, and the loads that this weighs as much as. */
  private static final double FIRST_SPREAD = 0.5;

  private static final double FIRST_WEIGHT = 1;

  /** Loads of similar size say little about others; time grows no faster than size squared. */
  private static final double STEEPEST = 2;

  private double weight;
  private double meanX;
  private double meanY;
  private double squaresX;
  private double products;
  private double squaredErrors;

  /** Learns from a load. */
  void add(long bytes, long nanos) {
    double x = Math.log((double) bytes);
    double y = Math.log((double) Math.max(1, nanos));
    double error = weight == 0 ? 0 : y - logNanos(x);
    squaredErrors = squaredErrors * DECAY + error * error;
    weight = weight * DECAY + 1;
    double dx = x - meanX;
    meanX += dx / weight;
    meanY += (y - meanY) / weight;
    squaresX = squaresX * DECAY + dx * (x - meanX);
    products = products * DECAY + dx * (y - meanY);
  }

  /** What is expected of a load of this size. */
  LoadTime expected(long bytes) {
    double variance =
        (squaredErrors + FIRST_WEIGHT * FIRST_SPREAD * FIRST_SPREAD) / (weight + FIRST_WEIGHT);
    return new LoadTime(Math.exp(logNanos(Math.log((double) bytes))), Math.sqrt(variance));
  }

  private double logNanos(double x) {
    if (weight == 0) {
      return x + Math.log(FIRST_NANOS_PER_BYTE);
    }
    double slope = (products + FIRST_WEIGHT) / (squaresX + FIRST_WEIGHT);
    return meanY + Math.clamp(slope, 0, STEEPEST) * (x - meanX);
  }
}
