package io.chameleon.workload;

import java.util.random.RandomGenerator;

/**
 * A popularity whose favourites change: every so often each adapter hands its share to the one a
 * few numbers on, round and round. A step that is a multiple of five keeps the shares of the ranks
 * of {@link AdapterMix#even}.
 *
 * @param law the shares at the start
 * @param pace how often they move
 * @param step how many numbers they move by, at least 1
 */
public record DriftingPopularity(SteadyPopularity law, Pace pace, int step)
    implements PopularityLaw {

  /** How often shares move. */
  public sealed interface Pace {}

  /**
   * By count.
   *
   * @param requests from one move to the next, at least 1
   */
  public record EveryRequests(int requests) implements Pace {

    public EveryRequests {
      Numbers.checkAtLeast("the requests between moves of popularity", requests, 1);
    }
  }

  /**
   * By time.
   *
   * @param seconds from one move to the next, over 0
   */
  public record EverySeconds(double seconds) implements Pace {

    public EverySeconds {
      Numbers.checkPositive("the seconds between moves of popularity", seconds);
    }
  }

  public DriftingPopularity {
    Numbers.checkAtLeast("the step of a moving popularity", step, 1);
  }

  @Override
  public AdapterDraws over(AdapterMix mix, RandomGenerator random) {
    return new Moving(law.over(mix, random), mix.size());
  }

  /** Counts the requests. */
  private final class Moving implements AdapterDraws {

    private final AdapterDraws unmoved;
    private final int adapters;
    private long drawn;

    Moving(AdapterDraws unmoved, int adapters) {
      this.unmoved = unmoved;
      this.adapters = adapters;
    }

    @Override
    public int next(double seconds) {
      long moves =
          switch (pace) {
            case EveryRequests every -> drawn / every.requests();
            case EverySeconds every -> (long) (seconds / every.seconds());
          };
      drawn++;
      return (int) ((unmoved.next(seconds) + moves * step) % adapters);
    }
  }
}
