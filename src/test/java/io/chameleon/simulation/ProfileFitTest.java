package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.simulation.CoordinateSearch.Minimum;
import io.chameleon.simulation.CoordinateSearch.Parameter;
import io.chameleon.simulation.PaperMeasurements.LoadPoint;
import io.chameleon.simulation.PaperMeasurements.PrefillPoint;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class ProfileFitTest {

  private static final Percentage AS_WRITTEN = Percentage.withPercentage(0.01);

  private static final SimulationProfile A40 = ProfileFile.load(ProfileFile.A40);

  @Test
  void a40_inTheJar_hasThePrefillThatIsFittedToFigure3() {
    StepCost.Prefill fit = ProfileFit.prefill(PaperMeasurements.PREFILL);
    StepCost.Prefill written = A40.stepCost().prefill();

    assertThat(written.fixedMs()).isCloseTo(fit.fixedMs(), AS_WRITTEN);
    assertThat(written.perToken()).isCloseTo(fit.perToken(), AS_WRITTEN);
    assertThat(written.perTokenRank()).isCloseTo(fit.perTokenRank(), AS_WRITTEN);
    assertThat(written.perPair()).isZero();
  }

  @Test
  void a40_inTheJar_hasTheLinkThatIsFittedToFigure2() {
    LinkCost fit = ProfileFit.link(PaperMeasurements.LOADS, A40.model(), 2);

    assertThat(A40.link().bytesPerSecond()).isCloseTo(fit.bytesPerSecond(), AS_WRITTEN);
    assertThat((double) A40.link().latencyNanos())
        .isCloseTo((double) fit.latencyNanos(), AS_WRITTEN);
  }

  @Test
  void prefill_fitted_isWithin6PercentOfAll16Points() {
    assertThat(PaperMeasurements.PREFILL).hasSize(16);
    for (PrefillPoint point : PaperMeasurements.PREFILL) {
      assertThat(A40.stepCost().prefill().alone(point.tokens(), point.rank()))
          .as("%s", point)
          .isCloseTo(point.ms(), Percentage.withPercentage(6));
    }
  }

  @Test
  void link_fitted_isWithin15PercentOfAll5Points() {
    for (LoadPoint point : PaperMeasurements.LOADS) {
      long bytes = A40.model().adapterBytes(point.rank());
      assertThat(2 * A40.link().nanos(bytes) / 1e6)
          .as("%s", point)
          .isCloseTo(point.ms(), Percentage.withPercentage(15));
    }
  }

  @Test
  void relative_pointsOnAPlane_givesThePlane() {
    double[][] terms = {{1, 2, 5}, {1, 4, 1}, {1, 6, 2}, {1, 1, 1}};
    double[] values = new double[terms.length];
    for (int p = 0; p < values.length; p++) {
      values[p] = 3 + 0.5 * terms[p][1] + 7 * terms[p][2];
    }

    assertThat(LeastSquares.relative(terms, values))
        .containsExactly(new double[] {3, 0.5, 7}, within(1e-9));
  }

  @Test
  void relative_tooFewPoints_isRefused() {
    assertThatThrownBy(() -> LeastSquares.relative(new double[][] {{1, 2}}, new double[] {3}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the points do not determine coefficient 1 of 2");
  }

  @Test
  void minimise_ofABowl_findsItsBottomWithinTheLimits() {
    List<Parameter> parameters =
        List.of(new Parameter("x", 10, 4, -100, 100), new Parameter("y", 1, 1, 0, 2.5));

    Minimum found =
        CoordinateSearch.minimise(
            parameters,
            at -> Math.abs(at.get(0) - 3) + Math.pow(at.get(1) - 7, 2) + 0.2 * at.get(0),
            12);

    assertThat(found.values().get(0)).isCloseTo(3, within(0.01));
    assertThat(found.values().get(1)).isEqualTo(2.5);
    assertThat(found.trials()).isLessThan(200);
  }
}
