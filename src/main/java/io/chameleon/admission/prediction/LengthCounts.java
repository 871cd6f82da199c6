package io.chameleon.admission.prediction;

/**
 * Which lengths outputs had, by {@link LengthBins}: those that ended by themselves, and those that
 * were cut off at their limit and would have been longer. Old outputs weigh less than new ones.
 * Immutable.
 */
final class LengthCounts {

  /** Nothing seen. */
  static final LengthCounts NONE =
      new LengthCounts(new float[LengthBins.COUNT], new float[LengthBins.COUNT]);

  private final float[] ended;

  private final float[] cut;

  private LengthCounts(float[] ended, float[] cut) {
    this.ended = ended;
    this.cut = cut;
  }

  /** What all outputs together weigh, each 1 when it is new. */
  double weight() {
    double weight = 0;
    for (int bin = 0; bin < LengthBins.COUNT; bin++) {
      weight += ended[bin] + cut[bin];
    }
    return weight;
  }

  /**
   * With one more output.
   *
   * @param tokens its length
   * @param wasCut whether it was cut off there
   * @param keep what earlier outputs weigh from now on, of what they did, over 0 to 1
   */
  LengthCounts plus(int tokens, boolean wasCut, double keep) {
    float[] nextEnded = scaled(ended, keep);
    float[] nextCut = scaled(cut, keep);
    (wasCut ? nextCut : nextEnded)[LengthBins.of(tokens)] += 1;
    return new LengthCounts(nextEnded, nextCut);
  }

  /**
   * The share of outputs that are longer than each bin, estimated from these and, as if they were
   * {@code priorWeight} outputs more, from a prior: the product-limit estimate (Kaplan and Meier,
   * 1958), for which an output that was cut off was longer than its limit, and no more is known.
   */
  SurvivalCurve curve(SurvivalCurve prior, double priorWeight) {
    float[] longer = new float[LengthBins.COUNT];
    double atRisk = weight() + priorWeight;
    double surviving = 1;
    for (int bin = 0; bin < LengthBins.COUNT; bin++) {
      double ending = priorWeight * prior.endingIn(bin) + ended[bin];
      if (ending > 0) {
        surviving *= Math.max(0, 1 - ending / atRisk);
      }
      longer[bin] = (float) surviving;
      atRisk -= ending + cut[bin];
    }
    return new SurvivalCurve(longer);
  }

  private static float[] scaled(float[] counts, double factor) {
    float[] scaled = new float[counts.length];
    for (int i = 0; i < counts.length; i++) {
      scaled[i] = (float) (counts[i] * factor);
    }
    return scaled;
  }
}
