package io.chameleon.scheduling.chameleon;

/**
 * How tokens that no class needs are shared out. The paper calls them the queues' initial weights
 * and does not give them.
 */
public enum InitialWeights {
  /** K, K-1 and so on to 1: small requests get most. */
  DESCENDING,
  /** In proportion to what each class needs at least. */
  PROPORTIONAL;

  /**
   * The weight of a class, 0 or more.
   *
   * @param index of the class, from 0 for the smallest requests
   * @param classes how many there are
   * @param leastTokens what this class needs at least
   */
  double of(int index, int classes, double leastTokens) {
    return switch (this) {
      case DESCENDING -> classes - index;
      case PROPORTIONAL -> leastTokens;
    };
  }
}
