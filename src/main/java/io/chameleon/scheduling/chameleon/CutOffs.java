package io.chameleon.scheduling.chameleon;

import java.util.Arrays;
import java.util.List;

/**
 * Where one size class ends and the next begins; class {@code i} takes {@code [i-1, i)} of them.
 */
final class CutOffs {

  /** One class for all sizes. */
  static final CutOffs NONE = new CutOffs(new double[0]);

  private final double[] cuts;

  private CutOffs(double[] cuts) {
    this.cuts = cuts;
  }

  /** The midpoints between neighbouring centroids (paper, section 4.3.2). */
  static CutOffs between(Clustering clustering) {
    List<Double> centroids = clustering.centroids();
    double[] cuts = new double[centroids.size() - 1];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = (centroids.get(i) + centroids.get(i + 1)) / 2;
    }
    return new CutOffs(cuts);
  }

  /**
   * Classes of equal range from 0 up, the last without an end: the paper's Static.
   *
   * @param classes at least 1
   * @param largest size where the last range would end, over 0
   */
  static CutOffs equalRanges(int classes, double largest) {
    if (classes < 1 || !(largest > 0)) {
      throw new IllegalArgumentException(
          "%d classes are to share sizes up to %s; there must be 1 class or more and a size over 0"
              .formatted(classes, largest));
    }
    double[] cuts = new double[classes - 1];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = largest * (i + 1) / classes;
    }
    return new CutOffs(cuts);
  }

  /** How many classes, at least 1. */
  int classes() {
    return cuts.length + 1;
  }

  /** The class of a size, from 0 for the smallest. */
  int classOf(double size) {
    int found = 0;
    while (found < cuts.length && size >= cuts[found]) {
      found++;
    }
    return found;
  }

  /** The cut-offs, ascending. */
  List<Double> values() {
    return Arrays.stream(cuts).boxed().toList();
  }

  @Override
  public String toString() {
    return Arrays.toString(cuts);
  }
}
