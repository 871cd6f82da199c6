package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.Sweep;
import io.chameleon.simulation.SweepProgress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The short form of {@code simulate adaptive}: fewer requests, three loads, one seed. */
class AdaptiveProofTest {

  private static final int REQUESTS = 4000;

  private static final long SEED = 1;

  /** Well below what {@code fifo} carries, somewhat above it, and well above it. */
  private static final List<Double> LOADS = List.of(6.0, 9.0, 9.5);

  @Test
  void adaptive_besideItsBaselines_isNeverWorseAndCarriesMore() {
    AdaptiveCase base = AdaptiveCase.base(REQUESTS, SEED);
    Map<AdaptiveSystem, List<AdaptivePoint>> curves;
    try (Sweep sweep = Sweep.onAllCores(SweepProgress.NONE)) {
      curves =
          new AdaptiveProof(ProfileFile.load(ProfileFile.A40), sweep, 1)
              .curves(base, List.of(AdaptiveSystem.values()), LOADS);
    }
    System.out.println(
        new AdaptiveReport("%d requests".formatted(REQUESTS), curves, List.of(), List.of())
            .markdown());

    for (AdaptiveSystem baseline : List.of(AdaptiveSystem.FIFO, AdaptiveSystem.CHAMELEON)) {
      assertThat(p99(curves, 0)).isLessThan(1.03 * p99(curves, baseline, 0));
      assertThat(p99(curves, 1)).isLessThan(0.7 * p99(curves, baseline, 1));
      assertThat(p99(curves, 2)).isLessThan(0.5 * p99(curves, baseline, 2));
    }
    for (int load = 0; load < LOADS.size(); load++) {
      assertThat(p99(curves, load))
          .isLessThan(0.8 * p99(curves, AdaptiveSystem.CHAMELEON_10, load));
    }
    assertThat(p99(curves, 2)).isLessThan(AdaptiveProof.OBJECTIVE_MS);
    assertThat(p99(curves, AdaptiveSystem.FIFO, 2)).isGreaterThan(AdaptiveProof.OBJECTIVE_MS);
    assertThat(p99(curves, AdaptiveSystem.CHAMELEON, 2)).isGreaterThan(AdaptiveProof.OBJECTIVE_MS);
  }

  private static double p99(Map<AdaptiveSystem, List<AdaptivePoint>> curves, int load) {
    return p99(curves, AdaptiveSystem.ADAPTIVE, load);
  }

  private static double p99(
      Map<AdaptiveSystem, List<AdaptivePoint>> curves, AdaptiveSystem system, int load) {
    return curves.get(system).get(load).times().p99Ttft();
  }
}
