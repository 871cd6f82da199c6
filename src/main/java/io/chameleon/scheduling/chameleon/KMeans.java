package io.chameleon.scheduling.chameleon;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * K-means of one dimension, exact and without chance: in one dimension clusters are runs of the
 * sorted values, so dynamic programming finds the least within-cluster sum of squares. The best
 * start of the last run never moves back as values are added, which lets each row of the table be
 * filled by halving, in {@code O(n log n)} (as Ckmeans.1d.dp does, Grønlund et al. 2017,
 * arXiv:1701.07204). Equal values are one value with a count, so a cluster is never torn.
 */
final class KMeans {

  private final double mean;

  /** Of the values before an index, as distances from the mean: how many, sum, sum of squares. */
  private final double[] counts;

  private final double[] sums;
  private final double[] squares;

  /** Least sum of squares of the values before an index, in so many clusters. */
  private final double[][] least;

  /** Where the last of these clusters starts. */
  private final int[][] starts;

  private int distinct;

  private KMeans(double[] sorted, int maxClusters) {
    mean = Arrays.stream(sorted).average().orElse(0);
    counts = new double[sorted.length + 1];
    sums = new double[sorted.length + 1];
    squares = new double[sorted.length + 1];
    addUp(sorted);
    int clusters = Math.min(maxClusters, distinct);
    least = new double[clusters + 1][distinct + 1];
    starts = new int[clusters + 1][distinct + 1];
    fill(clusters);
  }

  /**
   * The best clusterings into 1, 2 and so on clusters.
   *
   * @param sorted values, ascending, finite, at least one
   * @param maxClusters at least 1
   * @return one for each number of clusters, up to {@code maxClusters} or the number of distinct
   *     values, whichever is less
   */
  static List<Clustering> clusterings(double[] sorted, int maxClusters) {
    if (sorted.length == 0 || maxClusters < 1) {
      throw new IllegalArgumentException(
          "%d values are to be put into up to %d clusters; both must be at least 1"
              .formatted(sorted.length, maxClusters));
    }
    var kMeans = new KMeans(sorted, maxClusters);
    List<Clustering> found = new ArrayList<>();
    for (int clusters = 1; clusters < kMeans.least.length; clusters++) {
      found.add(kMeans.clustering(clusters));
    }
    return List.copyOf(found);
  }

  /** Distances from the mean rather than values: their squares lose fewer digits. */
  private void addUp(double[] sorted) {
    for (int i = 0; i < sorted.length; i++) {
      if (i == 0 || sorted[i] != sorted[i - 1]) {
        distinct++;
        counts[distinct] = counts[distinct - 1];
        sums[distinct] = sums[distinct - 1];
        squares[distinct] = squares[distinct - 1];
      }
      double distance = sorted[i] - mean;
      counts[distinct]++;
      sums[distinct] += distance;
      squares[distinct] += distance * distance;
    }
  }

  private void fill(int maxClusters) {
    for (int end = 1; end <= distinct; end++) {
      least[1][end] = scatter(0, end);
    }
    for (int clusters = 2; clusters <= maxClusters; clusters++) {
      fillRow(clusters, clusters, distinct, clusters - 1, distinct - 1);
    }
  }

  /** Fills the ends from low to high, whose best starts lie between these two. */
  private void fillRow(int clusters, int low, int high, int firstStart, int lastStart) {
    if (low > high) {
      return;
    }
    int end = (low + high) >>> 1;
    int best = firstStart;
    double bestSum = Double.POSITIVE_INFINITY;
    for (int start = firstStart; start <= Math.min(lastStart, end - 1); start++) {
      double sum = least[clusters - 1][start] + scatter(start, end);
      if (sum < bestSum) {
        best = start;
        bestSum = sum;
      }
    }
    least[clusters][end] = bestSum;
    starts[clusters][end] = best;
    fillRow(clusters, low, end - 1, firstStart, best);
    fillRow(clusters, end + 1, high, best, lastStart);
  }

  /** Sum of squares of the values from start to before end, about their mean. */
  private double scatter(int start, int end) {
    double sum = sums[end] - sums[start];
    double square = squares[end] - squares[start];
    return Math.max(0, square - sum * sum / (counts[end] - counts[start]));
  }

  private Clustering clustering(int clusters) {
    List<Double> fromTheLast = new ArrayList<>();
    int end = distinct;
    for (int left = clusters; left > 0; left--) {
      int start = starts[left][end];
      fromTheLast.add(mean + (sums[end] - sums[start]) / (counts[end] - counts[start]));
      end = start;
    }
    return new Clustering(fromTheLast.reversed(), least[clusters][distinct]);
  }
}
