package io.chameleon.admission.prediction;

import java.util.Arrays;

/** Which share of outputs is longer than a length, known at the ends of {@link LengthBins}. */
final class SurvivalCurve {

  /** Of outputs of which nothing is known: all run to their limits. */
  static final SurvivalCurve ENDLESS = endless();

  /** Share of outputs longer than the greatest length of each bin; never rises. */
  private final float[] longer;

  SurvivalCurve(float[] longer) {
    this.longer = longer;
  }

  /** The share of outputs whose length lies in this bin. */
  double endingIn(int bin) {
    return before(bin) - longer[bin];
  }

  /**
   * The least length that this share of outputs does not exceed, within a bin by interpolation.
   *
   * @param share 0 or less gives 1; what is never reached gives the limit
   * @param limit greatest answer, at least 1
   */
  int quantile(double share, int limit) {
    double exceeding = 1 - share;
    for (int bin = 1; bin < LengthBins.COUNT; bin++) {
      if (longer[bin] <= exceeding) {
        return Math.clamp(within(bin, exceeding), 1, limit);
      }
    }
    return limit;
  }

  private int within(int bin, double exceeding) {
    int lowest = LengthBins.lowest(bin);
    double width = (double) LengthBins.highest(bin) - lowest + 1;
    double ending = endingIn(bin);
    double share = ending > 0 ? (before(bin) - exceeding) / ending : 0;
    return (int) Math.min(Integer.MAX_VALUE, lowest + Math.max(0, Math.ceil(share * width) - 1));
  }

  /** The share of outputs that are no shorter than a bin. */
  double before(int bin) {
    return bin == 0 ? 1 : longer[bin - 1];
  }

  private static SurvivalCurve endless() {
    float[] longer = new float[LengthBins.COUNT];
    Arrays.fill(longer, 1);
    return new SurvivalCurve(longer);
  }
}
