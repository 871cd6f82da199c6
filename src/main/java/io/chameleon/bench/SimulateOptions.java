package io.chameleon.bench;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.ServiceSettings;
import io.chameleon.simulation.SimulationProfile;
import io.chameleon.simulation.SimulationSetup;
import io.chameleon.workload.AdapterMix;
import io.chameleon.workload.Trace;
import io.chameleon.workload.TraceFile;
import io.chameleon.workload.WorkloadSpec;
import io.chameleon.workload.ZipfPopularity;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of the command.
 *
 * @param profile the machine and the model
 * @param policies who starts next; each is run
 * @param rates requests per second; each is run
 * @param eviction which idle adapter leaves
 * @param workload what is asked for, where nothing is replayed
 * @param replay what is asked for instead, or null
 */
record SimulateOptions(
    SimulationProfile profile,
    List<PolicyKind> policies,
    List<Double> rates,
    EvictionKind eviction,
    WorkloadSpec workload,
    @Nullable Trace replay) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar simulate [fit] [options]
        fit               fits the costs of decode to S-LoRA's points at 5, 6 and 7 requests a second,
                          by the first policy, and prints the fits to Figs. 2 and 3 before
        --profile NAME    a40-llama-7b (default), cpu-demo, or a file that ends with .yaml
        --policy A,B      scheduling policies; default fifo
        --rate A,B        requests per second; default 5,6,7,8,9
        --requests N      requests of a run; default 19366, the paper's
        --adapters N      adapters, of ranks 8 to 128 in turn; default 100
        --seed N          of the workload; default 1
        --eviction NAME   which idle adapter leaves; default tail
        --replay FILE     the requests of a recording, or of a published trace, at their own rate
                          unless --rate is given; adapter ranks are 8 to 128 in turn\
      """;

  private static final List<Double> PAPER_RATES = List.of(5.0, 6.0, 7.0, 8.0, 9.0);

  private static final double ZIPF = 1;

  private static final int MOST = 10_000_000;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static SimulateOptions parse(String... arguments) {
    Arguments left = new Arguments(arguments);
    String profile = ProfileFile.A40;
    List<PolicyKind> policies = List.of(PolicyKind.FIFO);
    List<Double> rates = List.of();
    EvictionKind eviction = EvictionKind.TAIL;
    Trace replay = null;
    WorkloadSpec workload = WorkloadSpec.paper(new ZipfPopularity(ZIPF), 1);
    while (left.hasMore()) {
      String option = left.option();
      switch (option) {
        case "--profile" -> profile = left.value(option);
        case "--policy" -> policies = left.values(option).stream().map(PolicyKind::named).toList();
        case "--rate" ->
            rates = left.values(option).stream().map(text -> rate(option, text)).toList();
        case "--requests" -> workload = workload.withCount(left.count(option, MOST));
        case "--adapters" ->
            workload = workload.withAdapters(AdapterMix.even(left.count(option, MOST)));
        case "--eviction" -> eviction = EvictionKind.named(left.value(option));
        case "--replay" -> replay = TraceFile.read(Path.of(left.value(option)));
        case "--seed" -> workload = workload.withSeed(left.number(option));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    return new SimulateOptions(
        ProfileFile.load(profile),
        policies,
        rates.isEmpty() ? ratesOf(replay) : rates,
        eviction,
        workload,
        replay);
  }

  /** The run of a policy at a load. */
  SimulationSetup setup(PolicyKind policy, double rate) {
    ServiceSettings settings = ServiceSettings.of(policy, profile).with(eviction);
    return replay == null
        ? new SimulationSetup(profile, settings, workload.adapters(), workload.generate(rate))
        : new SimulationSetup(
            profile, settings, adaptersOf(replay), replay.workload().atRate(rate));
  }

  private static List<Double> ratesOf(@Nullable Trace replay) {
    return replay == null ? PAPER_RATES : List.of(replay.workload().meanRate());
  }

  private static AdapterMix adaptersOf(Trace replay) {
    return AdapterMix.even(Math.max(1, replay.adapters().size()));
  }

  private static double rate(String option, String text) {
    try {
      double rate = Double.parseDouble(text);
      if (rate > 0 && rate < MOST) {
        return rate;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is %s; it must be a number".formatted(option, text), e);
    }
    throw new IllegalArgumentException("%s is %s; it must be over 0".formatted(option, text));
  }
}
