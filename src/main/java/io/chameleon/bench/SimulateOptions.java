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
 * @param profile the machine and the model, with the memory that is asked for
 * @param policies who starts next; each is run
 * @param rates requests per second; each is run
 * @param evictions which idle adapter leaves; each is run
 * @param workload what is asked for, where nothing is replayed
 * @param replay what is asked for instead, or null
 * @param report folder for reports, or null for none
 */
record SimulateOptions(
    SimulationProfile profile,
    List<PolicyKind> policies,
    List<Double> rates,
    List<EvictionKind> evictions,
    WorkloadSpec workload,
    @Nullable Trace replay,
    @Nullable Path report) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar simulate [fit] [options]
        fit               fits the costs of decode to S-LoRA's points at 5, 6 and 7 requests a second,
                          by the first policy, and prints the fits to Figs. 2 and 3 before
        --profile NAME    a40-llama-7b (default), cpu-demo, h200-llama-7b, or a .yaml file
        --policy A,B      scheduling policies; default fifo
        --rate A,B        requests per second; default 5,6,7,8,9
        --requests N      requests of a run; default 19366, the paper's
        --adapters N      adapters, of ranks 8 to 128 in turn; default 100
        --seed N          of the workload; default 1
      """
          + WorkloadLaws.USAGE
          + """

            --eviction A,B    which idle adapter leaves; default tail
            --cells N         tokens of KV that fit in memory; default the profile's
            --replay FILE     the requests of a recording, or of a published trace, at their own rate
                              unless --rate is given; adapter ranks are 8 to 128 in turn
            --report DIR      writes simulate.csv, and simulate.html with plots
          Or: simulate paper|sensitivity, see simulate paper --help
          Or: simulate adaptive [options], the policy adaptive beside its baselines\
          """;

  private static final List<Double> PAPER_RATES = List.of(5.0, 6.0, 7.0, 8.0, 9.0);

  private static final double ZIPF = 1;

  private static final int MOST = 10_000_000;

  /**
   * What is compared.
   *
   * @param name the policy's, and the eviction's where there are several
   */
  record Variant(String name, PolicyKind policy, EvictionKind eviction) {}

  /** What was read so far. */
  private static final class Reading {

    String profile = ProfileFile.A40;
    List<PolicyKind> policies = List.of(PolicyKind.FIFO);
    List<Double> rates = List.of();
    List<EvictionKind> evictions = List.of(EvictionKind.TAIL);
    int cells;
    @Nullable Trace replay;
    @Nullable Path report;
    WorkloadSpec workload = WorkloadSpec.paper(new ZipfPopularity(ZIPF), 1);

    void read(String option, Arguments left) {
      switch (option) {
        case "--profile" -> profile = left.value(option);
        case "--policy" -> policies = left.values(option).stream().map(PolicyKind::named).toList();
        case "--rate" ->
            rates = left.values(option).stream().map(text -> rate(option, text)).toList();
        case "--requests" -> workload = workload.withCount(left.count(option, MOST));
        case "--adapters" ->
            workload = workload.withAdapters(AdapterMix.even(left.count(option, MOST)));
        case "--eviction" ->
            evictions = left.values(option).stream().map(EvictionKind::named).toList();
        case "--cells" -> cells = left.count(option, MOST);
        case "--replay" -> replay = TraceFile.read(Path.of(left.value(option)));
        case "--report" -> report = Path.of(left.value(option));
        case "--arrivals" ->
            workload = workload.withArrivals(WorkloadLaws.arrivals(left.value(option)));
        case "--popularity" ->
            workload = workload.withPopularity(WorkloadLaws.popularity(left.value(option)));
        case "--seed" -> workload = workload.withSeed(left.number(option));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }

    SimulateOptions options() {
      SimulationProfile machine = ProfileFile.load(profile);
      return new SimulateOptions(
          cells == 0 ? machine : machine.withCells(cells),
          policies,
          rates.isEmpty() ? ratesOf(replay) : rates,
          evictions,
          workload,
          replay,
          report);
    }
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static SimulateOptions parse(String... arguments) {
    Reading reading = new Reading();
    new Arguments(arguments).readAll(reading::read);
    return reading.options();
  }

  /** Each policy with each eviction. */
  List<Variant> variants() {
    return policies.stream()
        .flatMap(policy ->
            evictions.stream()
                .map(eviction -> new Variant(name(policy, eviction), policy, eviction)))
        .toList();
  }

  private String name(PolicyKind policy, EvictionKind eviction) {
    return evictions.size() == 1
        ? policy.propertyName()
        : "%s, %s".formatted(policy.propertyName(), eviction.propertyName());
  }

  /** What is asked for, in words. */
  String requests() {
    return replay == null
        ? "%d requests, %d adapters, seed %d"
            .formatted(workload.count(), workload.adapters().size(), workload.seed())
        : "%d requests replayed, %d adapters"
            .formatted(replay.workload().size(), replay.adapters().size());
  }

  /** The run of a policy at a load, with the first eviction. */
  SimulationSetup setup(PolicyKind policy, double rate) {
    return setup(new Variant(policy.propertyName(), policy, evictions.getFirst()), rate);
  }

  /** The run of a variant at a load. */
  SimulationSetup setup(Variant variant, double rate) {
    ServiceSettings settings =
        ServiceSettings.of(variant.policy(), profile).with(variant.eviction());
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
