package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.scheduling.PolicyKind;
import io.chameleon.simulation.CoordinateSearch.Minimum;
import io.chameleon.simulation.LoadFit.Knob;
import io.chameleon.simulation.PaperMeasurements.LoadedPoint;
import io.chameleon.workload.WorkloadSpec;
import io.chameleon.workload.ZipfPopularity;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadFitTest {

  private static final SimulationProfile A40 = ProfileFile.load(ProfileFile.A40);

  private static final WorkloadSpec SPEC =
      WorkloadSpec.paper(new ZipfPopularity(1), 3).withCount(200);

  private static SimulationSetup setup(double rate) {
    return new SimulationSetup(
        A40, ServiceSettings.of(PolicyKind.FIFO, A40), SPEC.adapters(), SPEC.generate(rate));
  }

  private static double p99Tbt(SimulationResult result) {
    return result.decodes().quantileMs(0.99);
  }

  private static LoadedPoint seen(double rate, Knob knob, double value) {
    SimulationResult result = Simulation.run(knob.turn().apply(setup(rate), value));
    return new LoadedPoint(
        rate, result.ttft().quantileMs(0.5), result.ttft().quantileMs(0.99), p99Tbt(result));
  }

  @Test
  void search_ofPointsThatWereSimulated_findsWhatTheyWereSimulatedWith() {
    Knob fixed = DecodeKnobs.all().get(0);
    List<LoadedPoint> points = List.of(seen(2, fixed, 23.7), seen(4, fixed, 23.7));
    LoadFit fit = new LoadFit(List.of(fixed), points, LoadFitTest::setup, LoadFitTest::p99Tbt);

    Minimum found = fit.search(5);

    assertThat(found.values().getFirst()).isCloseTo(23.7, within(0.3));
    assertThat(found.error()).isLessThan(0.01);
    assertThat(fit.residuals(found.values())).hasSize(6);
  }

  @Test
  void knobs_turned_changeTheirTermAlone() {
    StepCost.Decode before = A40.stepCost().decode();
    List<StepCost.Decode> after =
        DecodeKnobs.all().stream()
            .map(knob -> knob.turn().apply(setup(1), 9.5).profile().stepCost().decode())
            .toList();

    assertThat(after)
        .containsExactly(
            new StepCost.Decode(9.5, before.perRow(), before.perContextToken(), before.perRank()),
            new StepCost.Decode(before.fixedMs(), 9.5, before.perContextToken(), before.perRank()));
  }
}
