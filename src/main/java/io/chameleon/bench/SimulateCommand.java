package io.chameleon.bench;

import io.chameleon.simulation.Simulation;
import io.chameleon.simulation.SimulationResult;
import io.chameleon.simulation.SimulationSetup;
import io.chameleon.simulation.Sweep;
import io.chameleon.simulation.SweepProgress;
import io.chameleon.simulation.SweepTask;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code java -jar chameleon.jar simulate}: what the service would do under a load, on a machine
 * that is not here, by its own scheduler and pool on a virtual clock.
 */
public final class SimulateCommand {

  private static final Set<String> PAPER = Set.of("paper", "sensitivity");

  private static final double NANOS_PER_SECOND = 1e9;

  private final SimulateOptions options;

  private final PrintStream out;

  private final PrintStream terminal;

  private SimulateCommand(SimulateOptions options, PrintStream out, PrintStream terminal) {
    this.options = options;
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Runs it.
   *
   * @param arguments {@code fit} first, where the profile's costs are to be fitted; {@code paper}
   *     or {@code sensitivity} first for the Chameleon paper's evaluation; {@code adaptive} first
   *     for the proof of that policy
   * @return the exit status: 0, or 2 where the arguments are wrong
   */
  public static int run(String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    BenchCommand.quietLogs();
    if (first.equals("adaptive")) {
      return AdaptiveCommand.run(Arrays.copyOfRange(arguments, 1, arguments.length));
    }
    try {
      if (PAPER.contains(first)) {
        return PaperCommand.run(first, Arrays.copyOfRange(arguments, 1, arguments.length));
      }
      return simulate(first.equals("fit"), arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int simulate(boolean fits, String... arguments) throws IOException {
    String[] rest = fits ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
    SimulateOptions options;
    try {
      options = SimulateOptions.parse(rest);
    } catch (IllegalArgumentException e) {
      return HelpWantedException.explain(e, SimulateOptions.USAGE);
    }
    if (fits) {
      new FitReport(options, System.out).print();
    } else {
      new SimulateCommand(options, System.out, System.err).sweep();
    }
    return 0;
  }

  private void sweep() throws IOException {
    String title =
        "%s, %d cells, %s; times in ms, means over all requests"
            .formatted(options.profile().name(), options.profile().cells(), options.requests());
    SimulateReport report;
    try (Sweep sweep = Sweep.onAllCores(SweepProgress.on(terminal))) {
      report = new SimulateReport(title, sweep.perform(tasks()));
    }
    out.printf("%s%n%n%s", title, report.table().markdown());
    Path folder = options.report();
    if (folder != null) {
      report.write(folder).forEach(file -> out.println("written: " + file));
    }
  }

  private List<SweepTask<SimulateRow>> tasks() {
    return options.variants().stream()
        .flatMap(variant -> options.rates().stream().map(rate -> task(variant, rate)))
        .toList();
  }

  private SweepTask<SimulateRow> task(SimulateOptions.Variant variant, double rate) {
    return new SweepTask<>(
        "%s at %.2f req/s".formatted(variant.name(), rate),
        () -> {
          SimulationSetup setup = options.setup(variant, rate);
          long start = System.nanoTime();
          SimulationResult result = Simulation.run(setup);
          double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
          return SimulateRow.of(variant.name(), rate, result, seconds);
        });
  }
}
