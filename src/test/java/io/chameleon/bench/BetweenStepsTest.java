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

  private static final StepCost.Around GIVEN = new StepCost.Around(0.2, 0.003, 0.4, 0.001);

  /** Gaps behind steps of 1 to 50 rows. */
  private static List<BetweenSteps.Gap> gaps(boolean beforePrompts, IntToDoubleFunction ms) {
    List<BetweenSteps.Gap> gaps = new ArrayList<>();
    for (int rows = 1; rows <= 50; rows++) {
      StepLoad behind = new StepLoad(0, 0, 0, rows, 100L * rows, 16);
      gaps.add(new BetweenSteps.Gap(behind, beforePrompts, ms.applyAsDouble(rows)));
    }
    return gaps;
  }

  private static BetweenSteps of(IntToDoubleFunction ms) {
    return BetweenSteps.of(gaps(false, ms));
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
        List.of(new BetweenSteps.Gap(behind, false, 0.1), new BetweenSteps.Gap(behind, false, 0.3));

    assertLine(BetweenSteps.of(gaps), 0.2, 0);
  }

  @Test
  void gaps_beforePrompts_sayWhatIsMoreThere_whateverAFewOfThemAre() {
    StepCost.Around found =
        BetweenSteps.around(
            GIVEN,
            gaps(false, rows -> 0.05 + 0.004 * rows),
            gaps(true, rows -> rows % 7 == 0 ? 30 : 0.05 + 0.004 * rows + 0.3 + 0.002 * rows));

    assertThat(found.ms()).isCloseTo(0.05, within(1e-9));
    assertThat(found.perRowMs()).isCloseTo(0.004, within(1e-9));
    assertThat(found.prefillMs()).isCloseTo(0.3, within(0.02));
    assertThat(found.prefillPerRowMs()).isCloseTo(0.002, within(0.0005));
  }

  @Test
  void gaps_beforePrompts_thatAreShorter_areNotLessThanNothing() {
    StepCost.Around found =
        BetweenSteps.around(GIVEN, gaps(false, _ -> 0.5), gaps(true, rows -> 0.3 - 0.001 * rows));

    assertThat(found).isEqualTo(new StepCost.Around(0.5, 0, 0, 0));
  }

  @Test
  void gaps_ofNone_areWhatTheProfileSays() {
    assertThat(BetweenSteps.around(GIVEN, List.of(), List.of())).isEqualTo(GIVEN);
    assertThat(BetweenSteps.around(GIVEN, gaps(false, _ -> 0.5), List.of()))
        .isEqualTo(new StepCost.Around(0.5, 0, 0.4, 0.001));
  }
}
