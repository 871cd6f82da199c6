package io.chameleon.workload;

import java.util.random.RandomGenerator;

/**
 * A popularity with a working set: now and then the adapter of one of the last requests is asked
 * for again. In the long run each adapter keeps its share.
 *
 * @param law what is asked for otherwise
 * @param again probability that a request takes the adapter of an earlier one, 0 to 1
 * @param window how many requests back that one may be, each as likely; at least 1
 */
public record LocalPopularity(PopularityLaw law, double again, int window)
    implements PopularityLaw {

  public LocalPopularity {
    Numbers.checkShare("the probability of an adapter again", again);
    Numbers.checkAtLeast("the window of adapters again", window, 1);
  }

  @Override
  public AdapterDraws over(AdapterMix mix, RandomGenerator random) {
    return new Remembering(law.over(mix, random), random);
  }

  /** Keeps the last adapters in a ring. */
  private final class Remembering implements AdapterDraws {

    private final AdapterDraws fresh;
    private final RandomGenerator random;
    private final int[] recent = new int[window];
    private long drawn;

    Remembering(AdapterDraws fresh, RandomGenerator random) {
      this.fresh = fresh;
      this.random = random;
    }

    @Override
    public int next(double seconds) {
      int remembered = (int) Math.min(drawn, window);
      boolean repeats = random.nextDouble() < again && remembered > 0;
      // Drawn in either case, so that laws which count requests count all.
      int drawnNow = fresh.next(seconds);
      int adapter = repeats ? recent[random.nextInt(remembered)] : drawnNow;
      recent[(int) (drawn % window)] = adapter;
      drawn++;
      return adapter;
    }
  }
}
