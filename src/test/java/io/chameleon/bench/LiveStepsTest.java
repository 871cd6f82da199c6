package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.simulation.StepCost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveStepsTest {

  /** A millisecond a token and one for each 100 of tokens times ranks beside; 3 for a decode. */
  private static final StepCost COST =
      new StepCost(
          new StepCost.Prefill(0, 1, 0, 0, 0.01, StepCost.Ridge.NONE),
          new StepCost.Decode(0, 3, 0, 0),
          0.25);

  /** A prompt of 8 tokens, then one of 4 beside a row of rank 16, then that row alone. */
  private static final List<String> LOG =
      List.of(
          "1000000,2000000,1,0,1,0,0,0",
          "5000000,15000000,8,0,36,0,0,0",
          "15500000,21500000,4,0,10,1,8,16",
          "21600000,24600000,0,0,0,1,9,16");

  @Test
  void means_ofALog_areByKindBesideTheModelsOfTheSameSteps(@TempDir Path folder) throws Exception {
    Path log = Files.write(folder.resolve("steps.csv"), LOG);

    LiveSteps steps = LiveSteps.read(log, 1);

    List<LiveSteps.Mean> means = steps.means(COST);
    assertThat(means)
        .extracting(LiveSteps.Mean::kind)
        .containsExactly("decode only", "with prefill", "between steps");
    assertThat(means.get(0).liveMs()).isEqualTo(3);
    assertThat(means.get(0).modelMs()).isEqualTo(3);
    assertThat(means.get(1).count()).isEqualTo(2);
    assertThat(means.get(1).liveMs()).isEqualTo(8);
    assertThat(means.get(1).modelMs())
        .as("8, and 4 + 3 + 0.64")
        .isCloseTo((8 + 7.64) / 2, within(1e-9));
    assertThat(means.get(2).liveMs())
        .as("before the first of them nobody decoded")
        .isCloseTo(0.3, within(1e-9));
    assertThat(means.get(2).modelMs()).isEqualTo(0.25);
  }

  @Test
  void groups_areOfAKindAndWhole(@TempDir Path folder) throws Exception {
    Path log = Files.write(folder.resolve("steps.csv"), LOG);

    List<PhaseTotals> groups = LiveSteps.read(log, 0).groups("traffic", 2);

    assertThat(LiveSteps.count(log)).isEqualTo(4);
    assertThat(groups).as("one step is left over of each kind").hasSize(1);
    PhaseTotals group = groups.getFirst();
    assertThat(group.name()).isEqualTo("traffic, with prefill");
    assertThat(group.stepMs()).isEqualTo(5.5);
    assertThat(group.prefillTokens()).isEqualTo(9);
    assertThat(LiveSteps.read(log, 0).tokenDecodeRanks()).isEqualTo(64);
  }
}
