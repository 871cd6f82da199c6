package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.simulation.StepCost;
import io.chameleon.simulation.StepLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class BetweenStepsTest {

  private static final StepCost GIVEN =
      new StepCost(new StepCost.Prefill(1, 0, 0, 0), new StepCost.Decode(1, 0, 0, 0), 0.2, 0.003);

  /** Gaps behind steps of 1 to 50 rows. */
  private static BetweenSteps of(IntToDoubleFunction ms) {
    List<BetweenSteps.Gap> gaps = new ArrayList<>();
    for (int rows = 1; rows <= 50; rows++) {
      StepLoad behind = new StepLoad(0, 0, 0, rows, 100L * rows, 16);
      gaps.add(new BetweenSteps.Gap(behind, ms.applyAsDouble(rows)));
    }
    return BetweenSteps.of(GIVEN, gaps);
  }

  private static void assertLine(BetweenSteps found, double fixedMs, double perRowMs) {
    assertThat(found.fixedMs()).isCloseTo(fixedMs, within(1e-9));
    assertThat(found.perRowMs()).isCloseTo(perRowMs, within(1e-9));
  }

  @Test
  void gaps_onALine_giveThatLine() {
    assertLine(of(rows -> 0.05 + 0.0045 * rows), 0.05, 0.0045);
  }

  @Test
  void gaps_thatFallWithRows_areTakenForTheSameWhateverTheRows() {
    assertLine(of(rows -> 1 - 0.01 * rows), 1 - 0.01 * 25.5, 0);
  }

  @Test
  void gaps_whoseLineWouldBeginBelowNothing_beginAtNothing() {
    BetweenSteps found = of(rows -> rows < 10 ? 0 : 0.01 * (rows - 9));

    assertThat(found.fixedMs()).isZero();
    assertThat(found.perRowMs()).isBetween(0.007, 0.0085);
  }

  @Test
  void gaps_behindStepsOfOneSize_areTheirMean() {
    StepLoad behind = new StepLoad(0, 0, 0, 8, 800, 16);
    List<BetweenSteps.Gap> gaps =
        List.of(new BetweenSteps.Gap(behind, 0.1), new BetweenSteps.Gap(behind, 0.3));

    assertLine(BetweenSteps.of(GIVEN, gaps), 0.2, 0);
  }

  @Test
  void gaps_ofNone_areWhatTheProfileSays() {
    assertLine(BetweenSteps.of(GIVEN, List.of()), 0.2, 0.003);
  }
}
