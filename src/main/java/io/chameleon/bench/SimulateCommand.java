package io.chameleon.bench;

import io.chameleon.scheduling.PolicyKind;
import io.chameleon.simulation.Distribution;
import io.chameleon.simulation.RequestOutcome.Fate;
import io.chameleon.simulation.Simulation;
import io.chameleon.simulation.SimulationResult;
import io.chameleon.simulation.SimulationSetup;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * {@code java -jar chameleon.jar simulate}: what the service would do under a load, on a machine
 * that is not here, by its own scheduler and pool on a virtual clock.
 */
public final class SimulateCommand {

  private static final String HEADER =
      "%-12s %6s %9s %8s | %7s %7s %7s | %7s %7s | %8s %6s %8s | %6s %8s | %6s"
          .formatted(
              "policy",
              "req/s",
              "finished",
              "refused",
              "TTFT50",
              "TTFT90",
              "TTFT99",
              "TBT50",
              "TBT99",
              "queue",
              "hit",
              "load99",
              "thr",
              "preempt",
              "took");

  private final SimulateOptions options;

  private final PrintStream out;

  private SimulateCommand(SimulateOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Runs it.
   *
   * @param arguments {@code fit} first, where the profile's costs are to be fitted; {@code
   *     adaptive} first for the proof of that policy
   * @return the exit status: 0, or 2 where the arguments are wrong
   */
  public static int run(String... arguments) {
    if (arguments.length > 0 && arguments[0].equals("adaptive")) {
      return AdaptiveCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length));
    }
    boolean fits = arguments.length > 0 && arguments[0].equals("fit");
    String[] rest = fits ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
    SimulateOptions options;
    try {
      options = SimulateOptions.parse(rest);
    } catch (IllegalArgumentException e) {
      System.err.printf("%s%n%s%n", e.getMessage(), SimulateOptions.USAGE);
      return 2;
    }
    BenchCommand.quietLogs();
    if (fits) {
      new FitReport(options, System.out).print();
    } else {
      new SimulateCommand(options, System.out).print();
    }
    return 0;
  }

  private void print() {
    out.printf(
        "%s, %d requests, %d adapters, seed %d; times in ms, means over all requests%n%n%s%n",
        options.profile().name(),
        options.workload().count(),
        options.workload().adapters().size(),
        options.workload().seed(),
        HEADER);
    for (PolicyKind policy : options.policies()) {
      for (double rate : options.rates()) {
        print(policy, rate);
      }
    }
  }

  private void print(PolicyKind policy, double rate) {
    SimulationSetup setup = options.setup(policy, rate);
    long start = System.nanoTime();
    SimulationResult result = Simulation.run(setup);
    double seconds = (System.nanoTime() - start) / 1e9;
    Distribution ttft = result.ttft();
    out.printf(
        Locale.ROOT,
        "%-12s %6.2f %9d %8d | %7.0f %7.0f %7.0f | %7.1f %7.1f | %8.1f %6.3f %8.1f | %6.2f %8d |"
            + " %5.2fs%n",
        policy.propertyName(),
        rate,
        result.count(Fate.FINISHED),
        result.count(Fate.REFUSED) + result.count(Fate.EXPIRED) + result.count(Fate.TOO_LONG),
        ttft.quantileMs(0.5),
        ttft.quantileMs(0.9),
        ttft.quantileMs(0.99),
        result.meanGaps().quantileMs(0.5),
        result.meanGaps().quantileMs(0.99),
        result.queueing().meanMs(),
        result.hitRatio(),
        result.adapterWaits().quantileMs(0.99),
        result.throughput(),
        result.totals().preemptions(),
        seconds);
  }
}
