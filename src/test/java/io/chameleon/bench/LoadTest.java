package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.fixtures.SmallAdapters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class LoadTest {

  private static final long SEED = 20261201;

  private static final long MILLI = 1_000_000;

  @Test
  void arrivals_ofASeed_areOneRhythmAtTheRate() {
    List<Load.Arrival> arrivals = arrivals(new Random(SEED));
    long[] gaps = new long[arrivals.size() - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = arrivals.get(i + 1).dueNanos() - arrivals.get(i).dueNanos();
    }

    assertThat(arrivals.size()).isCloseTo(20_000, within(600));
    assertThat(arrivals.getLast().dueNanos()).isLessThan(1000_000 * MILLI);
    assertThat(Arrays.stream(gaps).min().orElseThrow()).isNotNegative();
    double longerThanMean = Arrays.stream(gaps).filter(gap -> gap > 50 * MILLI).count();
    assertThat(longerThanMean / gaps.length)
        .as("of exponential gaps")
        .isCloseTo(0.368, within(0.02));
    assertThat(arrivals(new Random(SEED)))
        .extracting(Load.Arrival::dueNanos)
        .isEqualTo(arrivals.stream().map(Load.Arrival::dueNanos).toList());
  }

  @Test
  void laws_draw_whatTheyPromise() {
    assertThat(shares(PopularityLaw.UNIFORM, 4))
        .allSatisfy(share -> assertThat(share).isCloseTo(0.25, within(0.01)));
    List<Double> zipf = shares(PopularityLaw.ZIPF, 4);
    double harmonic = 1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0;
    for (int k = 0; k < 4; k++) {
      assertThat(zipf.get(k)).as("k = %d", k).isCloseTo(1 / (k + 1.0) / harmonic, within(0.01));
    }
    assertThat(shares(PopularityLaw.ZIPF, 1)).containsExactly(1.0);
    assertThatThrownBy(() -> PopularityLaw.named("pareto"))
        .hasMessage("--laws has pareto; laws are [zipf, uniform]");
  }

  @Test
  void capacity_isCounted_whileAllClientsAreBusy() {
    AtomicLong now = new AtomicLong();
    CapacityWindow window = new CapacityWindow(2, 0, 0.001, now::get);
    List<Outcome.Answered> answers = new ArrayList<>();
    int asked = 0;
    while (window.isOpen()) {
      asked++;
      now.addAndGet(10 * MILLI);
      answers.add(new Outcome.Answered(0, 0, now.get()));
    }
    answers.add(new Outcome.Answered(0, 0, now.get() + 500 * MILLI));

    assertThat(asked).as("four for each client").isEqualTo(8);
    assertThat(window.perSecond(answers)).isCloseTo(100, within(1e-9));
    assertThat(window.isOpen()).isFalse();
  }

  @Test
  void percentile_isTheNearestRank() {
    assertThat(Timings.percentile(0.99, 3, 1, 2)).isEqualTo(3);
    assertThat(Timings.percentile(0.5, 3, 1, 2, 4)).isEqualTo(2);
    assertThat(Timings.percentile(1, 3, 1, 2)).isEqualTo(3);
  }

  @Test
  void budget_addsUp_whatTheLoadTakes() {
    AdapterGenerator generator =
        new AdapterGenerator(SmallAdapters.MODEL, AdapterGenerator.ATTENTION, SEED);

    ArenaBudget budget = ArenaBudget.of(generator, new Workload(10, 6), 3, 2);

    // A cell is 2 layers x 2 x 1 KV head x 2 = 8 floats; a rank is 2 x (8 + 6 + 6 + 8) = 56.
    assertThat(budget.cellBytes()).isEqualTo(8 * 4);
    assertThat(budget.kvCells()).isEqualTo(3 * 16);
    assertThat(budget.windowCells()).isEqualTo((int) Math.ceil(3 * 49.6 * 7));
    assertThat(budget.restCells()).isEqualTo(2 * 32 * 7);
    assertThat(budget.bytes()).isEqualTo((48 + 1042 + 448) * 32L);
    assertThat(budget.lines()).contains("adapters 2 of the median rank 32 x 224 cells = 448 cells");
  }

  private static List<Load.Arrival> arrivals(Random random) {
    return Load.poisson(20, 1000, () -> new Load.Ask("base", new int[] {1}, 1), random);
  }

  private static List<Double> shares(PopularityLaw law, int adapters) {
    int draws = 40_000;
    int[] counts = new int[adapters];
    IntSupplier drawn = law.over(adapters, new Random(SEED));
    for (int i = 0; i < draws; i++) {
      counts[drawn.getAsInt()]++;
    }
    return Arrays.stream(counts).mapToObj(count -> count / (double) draws).toList();
  }
}
