package io.chameleon.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Ranks 8, 16, 32, 64 and 128 in equal shares, as the Chameleon paper evaluates (arXiv 2411.17741,
 * its default pool). Every five in a row are all five in random order, so that the first N have
 * equal shares too, whatever N is; the very first is the median one.
 */
final class RankMix {

  /** Ascending. */
  static final List<Integer> RANKS = List.of(8, 16, 32, 64, 128);

  static final int MEDIAN = 32;

  private RankMix() {}

  /**
   * Draws ranks.
   *
   * @param count how many
   * @param seed the same seed gives the same ranks
   */
  static int[] draw(int count, long seed) {
    Random random = new Random(seed);
    List<Integer> drawn = new ArrayList<>();
    while (drawn.size() < count) {
      List<Integer> five = new ArrayList<>(RANKS);
      Collections.shuffle(five, random);
      if (drawn.isEmpty()) {
        Collections.swap(five, 0, five.indexOf(MEDIAN));
      }
      drawn.addAll(five);
    }
    return drawn.stream().limit(count).mapToInt(Integer::intValue).toArray();
  }

  /** The mean of the mix: 49.6. */
  static double mean() {
    return RANKS.stream().mapToInt(Integer::intValue).average().orElseThrow();
  }
}
