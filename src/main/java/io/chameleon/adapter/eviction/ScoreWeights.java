package io.chameleon.adapter.eviction;

/**
 * What the terms of the Chameleon paper's score weigh (section 4.2), each 0 or more.
 *
 * @param frequency of requests within a window
 * @param recency of the last request
 * @param size in rank
 */
public record ScoreWeights(double frequency, double recency, double size) {

  /** The paper's coefficients, found by offline profiling. */
  public static final ScoreWeights PAPER = new ScoreWeights(0.45, 0.10, 0.45);

  /** The paper's FairShare. */
  public static final ScoreWeights EQUAL = new ScoreWeights(1 / 3.0, 1 / 3.0, 1 / 3.0);

  public ScoreWeights {
    check("frequency", frequency);
    check("recency", recency);
    check("size", size);
  }

  private static void check(String name, double weight) {
    if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "chameleon.eviction.%s-weight is %s; it must be 0 or more".formatted(name, weight));
    }
  }
}
