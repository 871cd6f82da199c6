package io.chameleon.workload;

import java.util.Arrays;

/**
 * One law chooses the rank and another the adapter within it, as in the Chameleon paper (arXiv
 * 2411.17741, evaluation and Fig. 20): uniform ranks and a power law inside is its default, U-P.
 *
 * <p>The paper does not say which rank is the most popular where ranks are not uniform; here it is
 * the smallest, since its P-P is the lightest of its loads.
 *
 * @param acrossRanks place 0 is the smallest rank
 * @param withinRank place 0 is the adapter of a rank with the lowest number
 */
public record RankedPopularity(PlaceLaw acrossRanks, PlaceLaw withinRank)
    implements SteadyPopularity {

  @Override
  public double[] weights(AdapterMix mix) {
    var groups = mix.byRank();
    double[] rankShares = shares(acrossRanks, groups.size());
    double[] weights = new double[mix.size()];
    int place = 0;
    for (int[] adapters : groups.values()) {
      double[] within = shares(withinRank, adapters.length);
      for (int k = 0; k < adapters.length; k++) {
        weights[adapters[k]] = rankShares[place] * within[k];
      }
      place++;
    }
    return weights;
  }

  private static double[] shares(PlaceLaw law, int places) {
    double[] weights = law.weights(places);
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(weight -> weight / sum).toArray();
  }
}
