package io.chameleon.scheduling.chameleon;

import java.util.List;

/**
 * Values of one dimension parted into clusters.
 *
 * @param centroids the mean of each cluster, strictly ascending, at least one
 * @param wcss within-cluster sum of squares: over all values, the squared distance to the centroid
 */
record Clustering(List<Double> centroids, double wcss) {

  Clustering {
    centroids = List.copyOf(centroids);
    if (centroids.isEmpty()) {
      throw new IllegalArgumentException("there are 0 centroids; there must be at least 1");
    }
  }

  /** How many clusters. */
  int clusters() {
    return centroids.size();
  }
}
