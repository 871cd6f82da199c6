package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.scheduling.PolicyKind;
import io.chameleon.workload.PowerPopularity;
import io.chameleon.workload.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweepTest {

  private static final SimulationProfile A40 = ProfileFile.load(ProfileFile.A40);

  private static final WorkloadSpec SPEC =
      WorkloadSpec.paper(new PowerPopularity(0.5), 3).withCount(200);

  private static SimulationSetup setup(double rate) {
    return new SimulationSetup(
        A40, ServiceSettings.of(PolicyKind.FIFO, A40), SPEC.adapters(), SPEC.generate(rate));
  }

  private static SweepRun run(double rate) {
    return new SweepRun("at " + rate, () -> setup(rate));
  }

  private static final List<SweepRun> RUNS =
      IntStream.rangeClosed(1, 8).mapToObj(rate -> run(rate)).toList();

  @Test
  void run_onManyThreads_givesWhatEachRunGivesAlone() {
    List<Distribution> alone =
        RUNS.stream().map(run -> Simulation.run(run.setup().get()).ttft()).toList();

    try (Sweep sweep = new Sweep(4, SweepProgress.NONE)) {
      assertThat(sweep.run(RUNS, SimulationResult::ttft)).isEqualTo(alone);
      assertThat(sweep.run(RUNS.reversed(), SimulationResult::ttft)).isEqualTo(alone.reversed());
    }
  }

  @Test
  void run_eachThatEnds_isToldOnceInOrderOfTheirEnds() {
    List<String> counts = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    SweepProgress progress =
        (finished, all, label) -> {
          counts.add(finished + "/" + all);
          labels.add(label);
        };

    try (Sweep sweep = new Sweep(3, progress)) {
      sweep.run(RUNS, SimulationResult::hitRatio);
    }

    assertThat(counts).containsExactly("1/8", "2/8", "3/8", "4/8", "5/8", "6/8", "7/8", "8/8");
    assertThat(labels)
        .containsExactlyInAnyOrderElementsOf(RUNS.stream().map(SweepRun::label).toList());
  }

  @Test
  void run_oneThatFails_isNamed() {
    SweepRun broken =
        new SweepRun(
            "the broken one",
            () -> {
              throw new IllegalArgumentException("no such profile");
            });

    try (Sweep sweep = new Sweep(2, SweepProgress.NONE)) {
      assertThatThrownBy(
              () -> sweep.run(List.of(run(1), broken, run(2)), SimulationResult::hitRatio))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the run the broken one failed")
          .hasRootCauseMessage("no such profile");
    }
  }
}
