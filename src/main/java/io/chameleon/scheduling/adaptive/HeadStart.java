package io.chameleon.scheduling.adaptive;

/**
 * How much earlier than it came a request counts as come: the more, the shorter its service. This
 * is γ-Boost (Yu and Scully, "Strongly Tail-Optimal Scheduling in the Light-Tailed M/G/1",
 * SIGMETRICS 2024), {@code b(s) = ln(1 / (1 - exp(-γ s))) / γ}, the order with the lightest tail of
 * response times. γ, the rate at which that tail falls, is measured: one over the mean by which
 * times to first token exceed their 80th percentile. All times in milliseconds. For one thread.
 */
final class HeadStart {

  private static final int WINDOW = 500;

  private static final int LEAST = 100;

  private static final int REFRESH = 50;

  private static final double TAIL_FROM = 0.8;

  private final double longest;

  private final RecentSamples ttfts = new RecentSamples(WINDOW);

  private double meanExcess;

  /**
   * Nothing is measured yet, and nobody has a head start.
   *
   * @param longest most that anybody is given, in milliseconds
   */
  HeadStart(double longest) {
    this.longest = longest;
  }

  /** Learns how long somebody has waited for a first token. */
  void firstToken(double ttft) {
    ttfts.add(ttft);
    if (ttfts.added() >= LEAST && ttfts.added() % REFRESH == 0) {
      double[] sorted = ttfts.sorted();
      int from = (int) (sorted.length * TAIL_FROM);
      double sum = 0;
      for (int i = from; i < sorted.length; i++) {
        sum += sorted[i] - sorted[from];
      }
      meanExcess = sum / (sorted.length - from);
    }
  }

  /** The head start of a request of this service time. */
  double of(double service) {
    if (meanExcess <= 0) {
      return 0;
    }
    double boost = -meanExcess * Math.log(-Math.expm1(-service / meanExcess));
    return Math.clamp(boost, 0, longest);
  }
}
