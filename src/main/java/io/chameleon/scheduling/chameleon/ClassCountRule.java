package io.chameleon.scheduling.chameleon;

import java.util.Comparator;
import java.util.List;

/** How many size classes there are to be. */
public enum ClassCountRule {
  /**
   * The number with the least within-cluster sum of squares, as the paper says. The sum falls with
   * each cluster, so this is always the most that is allowed, unless there are fewer distinct
   * sizes.
   */
  PAPER,
  /** The first number after which one more cuts the sum by too little. */
  ELBOW;

  /**
   * The clustering of the right number.
   *
   * @param byCount the clusterings into 1, 2 and so on
   * @param elbowCut for {@link #ELBOW}, the share of the sum that one more cluster must cut, 0 to 1
   */
  Clustering choose(List<Clustering> byCount, double elbowCut) {
    return switch (this) {
      case PAPER ->
          byCount.stream().min(Comparator.comparingDouble(Clustering::wcss)).orElseThrow();
      case ELBOW -> elbow(byCount, elbowCut);
    };
  }

  private static Clustering elbow(List<Clustering> byCount, double elbowCut) {
    for (int i = 1; i < byCount.size(); i++) {
      double before = byCount.get(i - 1).wcss();
      double cut = before - byCount.get(i).wcss();
      if (before == 0 || cut < elbowCut * before) {
        return byCount.get(i - 1);
      }
    }
    return byCount.getLast();
  }
}
