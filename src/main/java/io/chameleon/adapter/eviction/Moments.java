package io.chameleon.adapter.eviction;

/** Mean and variance of numbers, of which newer ones weigh more. For one thread. */
final class Moments {

  private final double decay;
  private double weight;
  private double mean;
  private double squares;

  /**
   * Of no numbers.
   *
   * @param decay what all older numbers weigh after each further one, over 0 and at most 1
   */
  Moments(double decay) {
    this.decay = decay;
  }

  /** Adds a number (Welford's update, weighted). */
  void add(double value) {
    weight = weight * decay + 1;
    double difference = value - mean;
    mean += difference / weight;
    squares = squares * decay + difference * (value - mean);
  }

  /** How many numbers it stands for. */
  double weight() {
    return weight;
  }

  /** The weighted mean; 0 of none. */
  double mean() {
    return mean;
  }

  /** The weighted variance; 0 of none. */
  double variance() {
    return weight == 0 ? 0 : squares / weight;
  }
}
