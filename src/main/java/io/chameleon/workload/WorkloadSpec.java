package io.chameleon.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What a workload is drawn from. The same specification gives the same requests; lengths, arrivals
 * and adapters have chance of their own each, so that a change of one law leaves the others' draws.
 *
 * @param lengths how long requests are, scaled
 * @param arrivals when they come
 * @param popularity which adapters they ask for
 * @param adapters the adapters that there are
 * @param count how many requests, at least 1
 * @param seed of all chance
 */
public record WorkloadSpec(
    LengthLaw lengths,
    ArrivalLaw arrivals,
    PopularityLaw popularity,
    AdapterMix adapters,
    int count,
    long seed) {

  /** Requests of the Azure conversation trace. */
  public static final int PAPER_REQUESTS = 19_366;

  /** What the Chameleon paper divides lengths by, inferred from its Figs. 7 and 11. */
  public static final double PAPER_DIVISOR = 4;

  private static final String ALGORITHM = "L64X128MixRandom";

  public WorkloadSpec {
    Numbers.checkAtLeast("the requests of a workload", count, 1);
  }

  /**
   * The Chameleon paper's workload (arXiv 2411.17741, evaluation): lengths of the Azure
   * conversation trace by 4, Poisson arrivals, 100 adapters of five ranks, ranks uniform.
   *
   * @param withinRank the law inside a rank, whose exponent the paper does not say
   */
  public static WorkloadSpec paper(PlaceLaw withinRank, long seed) {
    return new WorkloadSpec(
        new AzureConversationLengths().scaled(LengthScale.dividedBy(PAPER_DIVISOR)),
        new PoissonArrivals(),
        new RankedPopularity(new UniformPopularity(), withinRank),
        AdapterMix.even(100),
        PAPER_REQUESTS,
        seed);
  }

  public WorkloadSpec withLengths(LengthLaw newLengths) {
    return new WorkloadSpec(newLengths, arrivals, popularity, adapters, count, seed);
  }

  public WorkloadSpec withArrivals(ArrivalLaw newArrivals) {
    return new WorkloadSpec(lengths, newArrivals, popularity, adapters, count, seed);
  }

  public WorkloadSpec withPopularity(PopularityLaw newPopularity) {
    return new WorkloadSpec(lengths, arrivals, newPopularity, adapters, count, seed);
  }

  public WorkloadSpec withAdapters(AdapterMix newAdapters) {
    return new WorkloadSpec(lengths, arrivals, popularity, newAdapters, count, seed);
  }

  public WorkloadSpec withCount(int newCount) {
    return new WorkloadSpec(lengths, arrivals, popularity, adapters, newCount, seed);
  }

  public WorkloadSpec withSeed(long newSeed) {
    return new WorkloadSpec(lengths, arrivals, popularity, adapters, count, newSeed);
  }

  /**
   * Draws the workload.
   *
   * @param rate requests per second, as the arrivals take it; over 0
   */
  public Workload generate(double rate) {
    SplittableGenerator chance =
        RandomGeneratorFactory.<SplittableGenerator>of(ALGORITHM).create(seed);
    Supplier<RequestLengths> eachLengths = lengths.over(chance.split());
    DoubleSupplier times = arrivals.times(rate, chance.split());
    AdapterDraws draws = popularity.over(adapters, chance.split());
    List<TracedRequest> requests = new ArrayList<>(count);
    for (int k = 0; k < count; k++) {
      double seconds = times.getAsDouble();
      int adapter = draws.next(seconds);
      requests.add(request(seconds, eachLengths.get(), adapter));
    }
    return new Workload(requests);
  }

  private static TracedRequest request(double seconds, RequestLengths lengths, int adapter) {
    return new TracedRequest(
        seconds,
        lengths.inputTokens(),
        lengths.outputTokens(),
        lengths.maxTokens(),
        adapter,
        TracedRequest.NO_TENANT);
  }
}
