package io.chameleon.admission.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Quantiles and means of counted lengths, against those of the lengths themselves. */
class SurvivalCurveTest {

  private static final long SEED = 20261125;

  private static final int NO_LIMIT = Integer.MAX_VALUE;

  @Test
  void curve_ofOneLength_hasItAsEveryQuantileAndMean() {
    SurvivalCurve curve = curve(5, 5, 5, 5);

    assertThat(curve.quantile(0.01, NO_LIMIT)).isEqualTo(5);
    assertThat(curve.quantile(1, NO_LIMIT)).isEqualTo(5);
    assertThat(mean(curve, 100)).isEqualTo(5);
    assertThat(mean(curve, 3)).isEqualTo(3);
  }

  @Test
  void quantile_ofFewLengths_isTheLeastThatCoversTheShare() {
    SurvivalCurve curve = curve(2, 2, 3, 9);

    assertThat(curve.quantile(0, NO_LIMIT)).isEqualTo(1);
    assertThat(curve.quantile(0.5, NO_LIMIT)).isEqualTo(2);
    assertThat(curve.quantile(0.51, NO_LIMIT)).isEqualTo(3);
    assertThat(curve.quantile(0.9, NO_LIMIT)).isEqualTo(9);
    assertThat(curve.quantile(0.9, 4)).isEqualTo(4);
    assertThat(mean(curve, 100)).isCloseTo(4, within(1e-6));
  }

  @Test
  void curve_ofManyLengths_isCloseToThem() {
    System.out.printf("lengths drawn with seed %d%n", SEED);
    Random chance = new Random(SEED);
    int[] lengths =
        chance.doubles(20_000, 0, 1).mapToInt(u -> (int) Math.ceil(-400 * Math.log(u))).toArray();

    SurvivalCurve curve = curve(lengths);

    Arrays.sort(lengths);
    for (double share : new double[] {0.1, 0.5, 0.7, 0.9, 0.99}) {
      int exact = lengths[(int) Math.ceil(share * lengths.length) - 1];
      assertThat((double) curve.quantile(share, NO_LIMIT))
          .as("quantile %s", share)
          .isCloseTo(exact, within(1 + 0.01 * exact));
    }
    assertThat(mean(curve, 1_000_000))
        .isCloseTo(Arrays.stream(lengths).average().orElseThrow(), within(2.0));
    assertThat(mean(curve, 300))
        .isCloseTo(
            Arrays.stream(lengths).map(length -> Math.min(300, length)).average().orElseThrow(),
            within(1.0));
  }

  @Test
  void outputs_thatWereCutOff_countAsLonger() {
    // Of four at risk at 4 one ends, then two are cut; of one at risk at 8 one ends.
    LengthCounts counts =
        LengthCounts.NONE.plus(4, false, 1).plus(6, true, 1).plus(6, true, 1).plus(8, false, 1);

    SurvivalCurve curve = counts.curve(SurvivalCurve.ENDLESS, 0);

    assertThat(curve.quantile(0.25, NO_LIMIT)).isEqualTo(4);
    assertThat(curve.quantile(0.26, NO_LIMIT)).isEqualTo(8);
    assertThat(mean(curve, 100)).isCloseTo(4 + 0.75 * 4, within(1e-6));
  }

  @Test
  void outputs_allCutOff_haveNoEnd() {
    SurvivalCurve curve =
        LengthCounts.NONE.plus(50, true, 1).plus(70, true, 1).curve(SurvivalCurve.ENDLESS, 0);

    assertThat(curve.quantile(0.1, 400)).isEqualTo(400);
    assertThat(mean(curve, 400)).isEqualTo(400);
  }

  @Test
  void prior_countsAsItsWeightInOutputs() {
    SurvivalCurve prior = curve(8);
    LengthCounts counts = LengthCounts.NONE.plus(2, false, 1).plus(2, false, 1).plus(2, false, 1);

    SurvivalCurve curve = counts.curve(prior, 7);

    assertThat(curve.quantile(0.3, NO_LIMIT)).isEqualTo(2);
    assertThat(curve.quantile(0.31, NO_LIMIT)).isEqualTo(8);
    assertThat(mean(curve, 100)).isCloseTo(0.3 * 2 + 0.7 * 8, within(1e-6));
  }

  @Test
  void outputs_thatAreOld_weighLess() {
    LengthCounts counts = LengthCounts.NONE.plus(2, false, 1).plus(8, false, 0.25);

    assertThat(counts.weight()).isEqualTo(1.25);
    assertThat(mean(counts.curve(SurvivalCurve.ENDLESS, 0), 100))
        .isCloseTo((0.25 * 2 + 8) / 1.25, within(1e-6));
  }

  private static SurvivalCurve curve(int... lengths) {
    LengthCounts counts = LengthCounts.NONE;
    for (int length : lengths) {
      counts = counts.plus(length, false, 1);
    }
    return counts.curve(SurvivalCurve.ENDLESS, 0);
  }

  /**
   * The mean length of outputs that are cut off at a limit, if those of a bin are spread evenly.
   */
  private static double mean(SurvivalCurve curve, int limit) {
    double mean = 0;
    for (int bin = 1; bin < LengthBins.COUNT && LengthBins.lowest(bin) <= limit; bin++) {
      double width = (double) LengthBins.highest(bin) - LengthBins.lowest(bin) + 1;
      double counted = Math.min(limit - LengthBins.lowest(bin) + 1.0, width);
      mean += counted * (curve.before(bin) - curve.endingIn(bin) / width * (counted - 1) / 2);
    }
    return Math.clamp(mean, 1, limit);
  }
}
