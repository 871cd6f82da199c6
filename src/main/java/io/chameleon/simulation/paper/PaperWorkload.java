package io.chameleon.simulation.paper;

import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.ArrivalLaw;
import io.chameleon.workload.AzureConversationLengths;
import io.chameleon.workload.BurstArrivals;
import io.chameleon.workload.LengthLaw;
import io.chameleon.workload.LengthScale;
import io.chameleon.workload.PlaceLaw;
import io.chameleon.workload.PoissonArrivals;
import io.chameleon.workload.RankedPopularity;
import io.chameleon.workload.UniformPopularity;
import io.chameleon.workload.WorkloadSpec;
import io.chameleon.workload.ZipfPopularity;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The paper's requests.
 *
 * @param requests how many
 * @param lengthDivisor what the lengths of the Azure conversation trace are divided by
 * @param declared the longest output that each client allows; 0 for exactly what it will be
 * @param adapters how many, of ranks 8 to 128 in turn
 * @param acrossRanks how ranks are asked for
 * @param withinRank how adapters of a rank are asked for
 * @param exponent of Zipf's law, for {@link Law#POWER}
 * @param burst how many times the load a burst has; 1 for none
 * @param burstFrom when it begins
 * @param burstTo when it ends
 * @param seed of all chance
 */
record PaperWorkload(
    @DefaultValue("19366") int requests,
    @DefaultValue("4") double lengthDivisor,
    @DefaultValue("0") int declared,
    @DefaultValue("100") int adapters,
    @DefaultValue("uniform") Law acrossRanks,
    @DefaultValue("power") Law withinRank,
    @DefaultValue("1.0") double exponent,
    @DefaultValue("1") double burst,
    @DefaultValue("0s") Duration burstFrom,
    @DefaultValue("1s") Duration burstTo,
    @DefaultValue("1") long seed) {

  /** How often each of some places is asked for. */
  enum Law {
    UNIFORM,
    POWER
  }

  WorkloadSpec spec() {
    return new WorkloadSpec(
        lengths(new AzureConversationLengths().scaled(LengthScale.dividedBy(lengthDivisor))),
        arrivals(),
        new RankedPopularity(law(acrossRanks), law(withinRank)),
        AdapterMix.even(adapters),
        requests,
        seed);
  }

  private LengthLaw lengths(LengthLaw exact) {
    return declared == 0 ? exact : exact.allowing(declared);
  }

  private ArrivalLaw arrivals() {
    return burst == 1
        ? new PoissonArrivals()
        : BurstArrivals.once(burst, seconds(burstFrom), seconds(burstTo));
  }

  private PlaceLaw law(Law law) {
    return switch (law) {
      case UNIFORM -> new UniformPopularity();
      case POWER -> new ZipfPopularity(exponent);
    };
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
