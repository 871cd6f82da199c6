package io.chameleon.scheduling.chameleon;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * The quotas of the size classes (paper, section 4.3.3): each class is an M/M/1 queue whose server
 * is as quick as its quota is large; it gets what keeps its mean time within the objective, and its
 * weight's share of the rest.
 *
 * @param slo time to first token that is promised, over 0
 * @param weights how the rest is shared out
 */
record QuotaFormula(Duration slo, InitialWeights weights) {

  QuotaFormula {
    if (slo.isNegative() || slo.isZero()) {
      throw new IllegalArgumentException(
          "chameleon.scheduling.chameleon.slo is %s; it must be over 0".formatted(slo));
    }
  }

  /**
   * The quota of each class in whole tokens.
   *
   * <p>Where the needs exceed the total, which the paper leaves open, all are scaled down, none
   * below its largest request: who would be, gets that, and the others share what is left. The sum
   * is the total, save where the largest requests of all classes alone are more; then each class
   * gets its own.
   *
   * @param demands of the classes, smallest requests first, at least one
   * @param totalTokens Tok_total, at least 1
   */
  long[] quotas(List<QueueDemand> demands, long totalTokens) {
    requireSome(demands.size(), totalTokens);
    double sloSeconds = slo.toNanos() / 1e9;
    double[] least =
        demands.stream().mapToDouble(demand -> demand.leastTokens(sloSeconds)).toArray();
    double needed = Arrays.stream(least).sum();
    double[] shares =
        needed <= totalTokens
            ? withRest(least, totalTokens - needed)
            : scaledDown(least, demands, totalTokens);
    return wholeTokens(shares, totalTokens);
  }

  /**
   * The same quota for every class, in whole tokens that add up to the total: the paper's Static.
   *
   * @param classes at least 1
   * @param totalTokens at least 1
   */
  static long[] equal(int classes, long totalTokens) {
    requireSome(classes, totalTokens);
    double[] shares = new double[classes];
    Arrays.fill(shares, (double) totalTokens / classes);
    return wholeTokens(shares, totalTokens);
  }

  private double[] withRest(double[] least, double rest) {
    double[] weight = new double[least.length];
    Arrays.setAll(weight, i -> weights.of(i, least.length, least[i]));
    double sum = Arrays.stream(weight).sum();
    double[] shares = new double[least.length];
    Arrays.setAll(shares, i -> least[i] + rest * (sum == 0 ? 1.0 / least.length : weight[i] / sum));
    return shares;
  }

  private static double[] scaledDown(double[] least, List<QueueDemand> demands, long total) {
    boolean[] atLargest = new boolean[least.length];
    double scale;
    do {
      scale = scale(least, atLargest, demands, total);
    } while (holdAtLargest(least, atLargest, demands, scale));
    double[] shares = new double[least.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = atLargest[i] ? demands.get(i).largestTokens() : least[i] * scale;
    }
    return shares;
  }

  /** What the classes that are not held at their largest request get, of what they need. */
  private static double scale(
      double[] least, boolean[] atLargest, List<QueueDemand> demands, long total) {
    long left = total;
    double needed = 0;
    for (int i = 0; i < least.length; i++) {
      if (atLargest[i]) {
        left -= demands.get(i).largestTokens();
      } else {
        needed += least[i];
      }
    }
    return needed == 0 ? 0 : left / needed;
  }

  /** Holds those that this scale would put below; whether there were any. */
  private static boolean holdAtLargest(
      double[] least, boolean[] atLargest, List<QueueDemand> demands, double scale) {
    boolean found = false;
    for (int i = 0; i < least.length; i++) {
      if (!atLargest[i] && least[i] * scale < demands.get(i).largestTokens()) {
        atLargest[i] = true;
        found = true;
      }
    }
    return found;
  }

  /** Rounds down, and gives the tokens that are left, fewer than classes, to the first ones. */
  private static long[] wholeTokens(double[] shares, long total) {
    long[] whole = new long[shares.length];
    long left = total;
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (long) shares[i];
      left -= whole[i];
    }
    for (int i = 0; i < left; i++) {
      whole[i % whole.length]++;
    }
    return whole;
  }

  private static void requireSome(int classes, long totalTokens) {
    if (classes < 1 || totalTokens < 1) {
      throw new IllegalArgumentException(
          "%d classes are to share %d tokens; both must be at least 1"
              .formatted(classes, totalTokens));
    }
  }
}
