package io.chameleon.workload;

import static io.chameleon.workload.Statistics.chiSquareDeviations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PopularityLawTest {

  private static final AdapterMix HUNDRED = AdapterMix.even(100);

  private static final int MANY = 200_000;

  private static final PlaceLaw UNIFORM = new UniformPopularity();

  static Stream<SteadyPopularity> laws() {
    PlaceLaw power = new PowerPopularity(0.3);
    return Stream.of(
        UNIFORM,
        new ZipfPopularity(1),
        new ZipfPopularity(0),
        power,
        new RankedPopularity(UNIFORM, power),
        new RankedPopularity(UNIFORM, UNIFORM),
        new RankedPopularity(power, power));
  }

  @ParameterizedTest
  @MethodSource("laws")
  void draws_ofALaw_haveItsWeights(SteadyPopularity law) {
    long[] counts = counts(draws(law, HUNDRED, MANY));

    assertThat(chiSquareDeviations(counts, law.weights(HUNDRED))).isLessThan(4);
  }

  @Test
  void zipf_weights_fallWithThePlace() {
    assertThat(new ZipfPopularity(2).weights(3)).containsExactly(1, 0.25, 1.0 / 9);
  }

  @Test
  void power_weights_areThoseOfTheGeneratorsOwnWay() {
    RandomGenerator random = Chance.fixed();
    long[] counts = new long[20];
    for (int k = 0; k < MANY; k++) {
      counts[(int) (20 * Math.pow(random.nextDouble(), 1 / 0.4))]++;
    }

    assertThat(chiSquareDeviations(counts, new PowerPopularity(0.4).weights(20))).isLessThan(4);
  }

  @Test
  void power_ofAlphaOne_isUniform() {
    assertThat(new PowerPopularity(1).weights(4))
        .containsExactly(new double[] {0.25, 0.25, 0.25, 0.25}, within(1e-12));
  }

  @Test
  void ranked_uniformAcross_givesEachRankAFifthAndAPowerLawInside() {
    double[] weights =
        new RankedPopularity(UNIFORM, new ZipfPopularity(1)).weights(AdapterMix.even(10));

    // Numbers 0 to 4 are the first of each rank, 5 to 9 the second with half as much.
    assertThat(weights)
        .containsExactly(
            new double[] {
              2 / 15.0, 2 / 15.0, 2 / 15.0, 2 / 15.0, 2 / 15.0,
              1 / 15.0, 1 / 15.0, 1 / 15.0, 1 / 15.0, 1 / 15.0
            },
            within(1e-12));
  }

  @Test
  void ranked_powerAcross_asksMostForTheSmallestRank() {
    AdapterMix mix = AdapterMix.of(128, 8, 32, 8);

    double[] weights = new RankedPopularity(new ZipfPopularity(1), UNIFORM).weights(mix);

    double unit = 1 / (1 + 1 / 2.0 + 1 / 3.0);
    assertThat(weights)
        .containsExactly(new double[] {unit / 3, unit / 2, unit / 2, unit / 2}, within(1e-12));
  }

  @Test
  void clients_overFortyThree_haveThePublishedShares() {
    double[] weights = new ClientPopularity().weights(43);

    double sum = Arrays.stream(weights).sum();
    assertThat(sum).isCloseTo(100, within(0.1));
    assertThat(Arrays.stream(weights).limit(5).map(Math::round).toArray())
        .containsExactly(30, 22, 11, 9, 6);
    assertThat(IntStream.range(1, 43)).allMatch(k -> weights[k] < weights[k - 1]);
    assertThat(new ClientPopularity().weights(3)).hasSize(3);
  }

  @Test
  void drift_byRequests_handsTheFavouriteOn() {
    SteadyPopularity onlyFirst =
        mix -> IntStream.range(0, mix.size()).mapToDouble(k -> k == 0 ? 1 : 0).toArray();
    PopularityLaw law =
        new DriftingPopularity(onlyFirst, new DriftingPopularity.EveryRequests(2), 5);

    assertThat(draws(law, AdapterMix.even(10), 6)).containsExactly(0, 0, 5, 5, 0, 0);
  }

  @Test
  void drift_byTime_handsTheFavouriteOnWhateverWasAskedFor() {
    SteadyPopularity onlyFirst = mix -> new double[] {1, 0, 0};
    PopularityLaw law =
        new DriftingPopularity(onlyFirst, new DriftingPopularity.EverySeconds(10), 1);

    AdapterDraws draws = law.over(AdapterMix.allSmall(3), Chance.fixed());

    assertThat(List.of(draws.next(0), draws.next(9.9), draws.next(10), draws.next(25)))
        .containsExactly(0, 0, 1, 2);
  }

  @Test
  void drift_byFives_keepsTheSharesOfRanks() {
    SteadyPopularity ranked = new RankedPopularity(new ZipfPopularity(1), new ZipfPopularity(1));
    PopularityLaw law =
        new DriftingPopularity(ranked, new DriftingPopularity.EveryRequests(100), 5);

    long[] byRank = new long[5];
    Arrays.stream(draws(law, HUNDRED, MANY)).forEach(adapter -> byRank[adapter % 5]++);

    assertThat(chiSquareDeviations(byRank, new ZipfPopularity(1).weights(5))).isLessThan(4);
  }

  @Test
  void locality_again_keepsSharesAndRepeatsTheLastOnes() {
    PopularityLaw law = new LocalPopularity(UNIFORM, 0.7, 8);

    int[] drawn = draws(law, HUNDRED, MANY);

    long repeats =
        IntStream.range(8, MANY)
            .filter(k -> IntStream.range(k - 8, k).anyMatch(b -> drawn[b] == drawn[k]))
            .count();
    double share = repeats / (MANY - 8.0);
    // Fresh draws hit one of the few adapters in the window too, at most 8 of 100.
    assertThat(share).isBetween(0.7, 0.7 + 0.3 * 0.08);
    assertThat(Arrays.stream(counts(drawn)))
        .allMatch(count -> count > MANY / 100 / 2 && count < MANY / 100 * 2);
  }

  @Test
  void locality_ofProbabilityZero_isTheLawItself() {
    long[] counts = counts(draws(new LocalPopularity(new ZipfPopularity(1), 0, 4), HUNDRED, MANY));

    assertThat(chiSquareDeviations(counts, new ZipfPopularity(1).weights(100))).isLessThan(4);
  }

  @Test
  void parameters_beyondTheirLimits_areRefused() {
    assertThatThrownBy(() -> new ZipfPopularity(-1)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> new PowerPopularity(0)).hasMessageContaining("0.0");
    assertThatThrownBy(() -> new LocalPopularity(UNIFORM, 1.1, 4)).hasMessageContaining("1.1");
    assertThatThrownBy(() -> new DriftingPopularity.EveryRequests(0)).hasMessageContaining("is 0");
    assertThatThrownBy(() -> new CumulativeWeights(new double[] {1, -1}))
        .hasMessageContaining("-1.0");
    assertThatThrownBy(() -> new CumulativeWeights(new double[] {0, 0}))
        .hasMessageContaining("0.0");
  }

  private static long[] counts(int[] drawn) {
    long[] counts = new long[100];
    Arrays.stream(drawn).forEach(adapter -> counts[adapter]++);
    return counts;
  }

  private static int[] draws(PopularityLaw law, AdapterMix mix, int count) {
    AdapterDraws draws = law.over(mix, Chance.fixed());
    return IntStream.range(0, count).map(k -> draws.next(k)).toArray();
  }
}
