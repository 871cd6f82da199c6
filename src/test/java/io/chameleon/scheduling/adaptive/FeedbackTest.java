package io.chameleon.scheduling.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What follows from measured times, by hand-computed cases. */
class FeedbackTest {

  @Test
  void headStart_beforeAnythingIsMeasured_isNone() {
    assertThat(new HeadStart(5000).of(10)).isZero();
  }

  @Test
  void headStart_followsTheFormulaWithTheMeasuredTail() {
    HeadStart headStart = new HeadStart(5000);
    // The 80th percentile is 0, and the 20 from there on exceed it by 200 on the average.
    for (int i = 0; i < 100; i++) {
      headStart.firstToken(i <= 80 ? 0 : 4000.0 / 19);
    }

    assertThat(headStart.of(200)).isCloseTo(200 * -Math.log(1 - Math.exp(-1)), within(1e-6));
    assertThat(headStart.of(20)).isCloseTo(200 * -Math.log(1 - Math.exp(-0.1)), within(1e-6));
    assertThat(headStart.of(1e-30)).isEqualTo(5000);
    assertThat(headStart.of(1e6)).isCloseTo(0, within(1e-6));
  }

  @Test
  void headStart_whereAllWaitAlike_isNone() {
    HeadStart headStart = new HeadStart(5000);
    for (int i = 0; i < 100; i++) {
      headStart.firstToken(300);
    }

    assertThat(headStart.of(20)).isZero();
  }

  @Test
  void lateBudget_withTimelyRequests_postponesTheLongest() {
    LateBudget budget = new LateBudget(1000, 0.01, 0.02);
    see(budget, 200);

    assertThat(budget.share()).isEqualTo(0.02);
    // Of services 0 to 199, 2 % are over 195.
    assertThat(budget.postpones(196)).isTrue();
    assertThat(budget.postpones(190)).isFalse();
  }

  @Test
  void lateBudget_beforeServicesAreKnown_postponesNobody() {
    LateBudget budget = new LateBudget(1000, 0.01, 0.02);
    see(budget, 199);

    assertThat(budget.postpones(1e9)).isFalse();
  }

  @Test
  void lateBudget_withMoreLateThanMayBe_postponesNobody_andRecovers() {
    LateBudget budget = new LateBudget(1000, 0.01, 0.02);
    see(budget, 200);

    // Each takes as much as 99 timely ones give, which is 0.2 of the most.
    for (int i = 0; i < 6; i++) {
      budget.firstToken(1001);
    }
    assertThat(budget.share()).isZero();
    assertThat(budget.postpones(1e9)).isFalse();

    for (int i = 0; i < 250; i++) {
      budget.firstToken(1000);
    }
    assertThat(budget.share()).isCloseTo(0.01, within(1e-9));
    assertThat(budget.postpones(1e9)).isTrue();
  }

  @Test
  void lateBudget_ofNothing_postponesNobody() {
    LateBudget budget = new LateBudget(1000, 0.01, 0);
    see(budget, 1000);
    budget.firstToken(1);

    assertThat(budget.postpones(1e9)).isFalse();
  }

  @Test
  void gathering_withRoomInMemory_waitsForNobody() {
    PrefillGathering gathering = new PrefillGathering(0.6, 10, 1000);
    gathering.prefilled(0);

    assertThat(gathering.isEnough(0.1, 5, 0.6, 1)).isTrue();
  }

  @Test
  void gathering_inFullMemory_waitsForManyTimesTheFixedCost_butNotForEver() {
    PrefillGathering gathering = new PrefillGathering(0.6, 10, 1000);
    gathering.prefilled(0);

    assertThat(gathering.isEnough(49, 5, 1, 1)).isFalse();
    assertThat(gathering.isEnough(50, 5, 1, 1)).isTrue();
    assertThat(gathering.isEnough(49, 5, 1, 1000)).isTrue();
  }

  private static void see(LateBudget budget, int services) {
    for (int i = 0; i < services; i++) {
      budget.arrived(i);
    }
  }
}
