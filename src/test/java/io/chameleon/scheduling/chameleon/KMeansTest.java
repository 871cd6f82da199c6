package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class KMeansTest {

  private static final long SEED = 20_251_018;

  /** Three groups, of means 2, 11 and 50. */
  private static final double[] GROUPS = {1, 2, 3, 10, 11, 12, 50};

  @Test
  void clusterings_ofThreeGroups_haveTheirCentroidsAndSums() {
    List<Clustering> byCount = KMeans.clusterings(GROUPS, 4);

    assertThat(byCount).hasSize(4);
    // All: sum 89, sum of squares 2879, so 2879 - 89 * 89 / 7.
    assertThat(byCount.get(0).wcss()).isCloseTo(2879 - 7921 / 7.0, within(1e-9));
    assertThat(byCount.get(0).centroids().getFirst()).isCloseTo(89 / 7.0, within(1e-12));
    // {1 to 12}, {50}: sum 39, sum of squares 379, so 379 - 39 * 39 / 6 = 125.5.
    assertThat(byCount.get(1).wcss()).isCloseTo(125.5, within(1e-9));
    // {1, 2, 3}, {10, 11, 12}, {50}: 1 + 0 + 1 twice.
    assertThat(byCount.get(2).wcss()).isCloseTo(4, within(1e-9));
    assertThat(byCount.get(2).centroids()).hasSize(3);
    assertThat(byCount.get(2).centroids().get(0)).isCloseTo(2, within(1e-9));
    assertThat(byCount.get(2).centroids().get(1)).isCloseTo(11, within(1e-9));
    assertThat(byCount.get(2).centroids().get(2)).isCloseTo(50, within(1e-9));
    // One group of three torn into one and two: 0 + 0.5 instead of 2.
    assertThat(byCount.get(3).wcss()).isCloseTo(2.5, within(1e-9));
  }

  @Test
  void clusters_moreThanDistinctValues_areAsManyAsThese() {
    assertThat(KMeans.clusterings(new double[] {7}, 4)).hasSize(1);
    assertThat(KMeans.clusterings(new double[] {7, 7, 7}, 4))
        .containsExactly(new Clustering(List.of(7.0), 0));
    List<Clustering> two = KMeans.clusterings(new double[] {0, 0, 0, 4}, 4);
    assertThat(two).hasSize(2);
    // Mean 1: 1 + 1 + 1 + 9.
    assertThat(two.get(0).wcss()).isCloseTo(12, within(1e-12));
    assertThat(two.get(1)).isEqualTo(new Clustering(List.of(0.0, 4.0), 0));
  }

  @Test
  void equalValues_many_weighAsManyAsTheyAre() {
    // {0 x 100}, {3, 5}: 0 + 2; {0 x 100, 3}, {5} would be 9 * 100/101.
    Clustering two = KMeans.clusterings(sorted(102, i -> i < 100 ? 0 : 2 * i - 197), 2).get(1);

    assertThat(two.wcss()).isCloseTo(2, within(1e-9));
    assertThat(two.centroids().get(1)).isCloseTo(4, within(1e-9));
  }

  @Test
  void clusterings_ofRandomValues_areAsGoodAsTheBestOfAll() {
    System.out.println("seed " + SEED);
    var random = new SplittableRandom(SEED);
    for (int round = 0; round < 2_000; round++) {
      int spread = random.nextInt(2, 40);
      double[] values = sorted(random.nextInt(1, 11), i -> random.nextInt(spread) / 8.0);
      List<Clustering> byCount = KMeans.clusterings(values, 4);
      for (int clusters = 1; clusters <= byCount.size(); clusters++) {
        assertThat(byCount.get(clusters - 1).wcss())
            .as("%s in %d", Arrays.toString(values), clusters)
            .isCloseTo(bestOfAll(values, 0, clusters), within(1e-9));
      }
    }
  }

  @Test
  void clusterings_ofThreeThousandValues_areQuick() {
    var random = new SplittableRandom(SEED);
    double[] values = sorted(3_000, i -> Math.pow(random.nextDouble(), 4));
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long start = System.nanoTime();
      KMeans.clusterings(values, 4);
      best = Math.min(best, System.nanoTime() - start);
    }
    System.out.printf("3,000 values in 1 to 4 clusters: %.2f ms%n", best / 1e6);

    assertThat(best).isLessThan(20_000_000);
  }

  @Test
  void values_none_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KMeans.clusterings(new double[0], 4))
        .withMessageContaining("0 values");
  }

  /** Least sum over all ways to part the values from the start into so many runs. */
  private static double bestOfAll(double[] values, int start, int clusters) {
    if (clusters == 1) {
      return scatter(values, start, values.length);
    }
    double best = Double.POSITIVE_INFINITY;
    for (int end = start + 1; end < values.length; end++) {
      best = Math.min(best, scatter(values, start, end) + bestOfAll(values, end, clusters - 1));
    }
    return best;
  }

  private static double scatter(double[] values, int start, int end) {
    double mean = Arrays.stream(values, start, end).average().orElseThrow();
    return Arrays.stream(values, start, end).map(v -> (v - mean) * (v - mean)).sum();
  }

  private static double[] sorted(int count, IntToDoubleFunction value) {
    double[] values = new double[count];
    Arrays.setAll(values, value);
    Arrays.sort(values);
    return values;
  }
}
