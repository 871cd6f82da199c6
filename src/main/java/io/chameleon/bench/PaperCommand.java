package io.chameleon.bench;

import io.chameleon.simulation.Sweep;
import io.chameleon.simulation.SweepProgress;
import io.chameleon.simulation.paper.Headlines;
import io.chameleon.simulation.paper.OtherTraces;
import io.chameleon.simulation.paper.PaperEvaluation;
import io.chameleon.simulation.paper.PaperRow;
import io.chameleon.simulation.paper.PaperRuns;
import io.chameleon.simulation.paper.PaperSettings;
import io.chameleon.simulation.paper.Sensitivity;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@code simulate paper}: the evaluation of the Chameleon paper once more; and {@code simulate
 * sensitivity}: what its headlines hang on.
 */
final class PaperCommand {

  private final PaperOptions options;

  private final PrintStream out;

  private final PrintStream terminal;

  private final PaperSettings settings;

  /**
   * A command.
   *
   * @param out for results
   * @param terminal for progress
   */
  PaperCommand(PaperOptions options, PrintStream out, PrintStream terminal) {
    this.options = options;
    this.out = out;
    this.terminal = terminal;
    PaperSettings paper = PaperSettings.load();
    this.settings =
        options.requests() == 0
            ? paper
            : paper.with("workload.requests", Integer.toString(options.requests()));
  }

  /**
   * Runs one of the two.
   *
   * @return the exit status: 0, or 2 where the arguments are wrong
   */
  static int run(String command, String... arguments) throws IOException {
    PaperOptions options;
    try {
      options = PaperOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      return HelpWantedException.explain(e, PaperOptions.USAGE);
    }
    PaperCommand paper = new PaperCommand(options, System.out, System.err);
    List<Path> files = command.equals("paper") ? paper.evaluate() : paper.vary();
    files.forEach(file -> System.out.println("written: " + file));
    return 0;
  }

  List<Path> evaluate() throws IOException {
    PaperReport report = sweeping(this::evaluation);
    out.println(report.summary());
    return report.write(options.out());
  }

  private PaperReport evaluation(Sweep sweep) {
    PaperRuns runs = new PaperRuns(settings, sweep);
    PaperEvaluation evaluation = new PaperEvaluation(settings, runs);
    List<PaperRow> rows = new ArrayList<>(evaluation.rows());
    rows.addAll(otherTraces(sweep));
    Headlines headlines = evaluation.headlines();
    List<String> setting = new ArrayList<>(settings.describe());
    setting.add("sizes at which Fig. 16's classes end: " + runs.classCutOffs());
    return new PaperReport(rows, headlines, setting);
  }

  private List<PaperRow> otherTraces(Sweep sweep) {
    Path folder = options.traces();
    if (folder == null) {
      out.println("other traces: skipped, no --traces DIR is given");
      return List.of();
    }
    return new OtherTraces(settings, sweep).rows(folder, out::println);
  }

  List<Path> vary() throws IOException {
    SensitivityReport report =
        new SensitivityReport(
            sweeping(sweep -> new Sensitivity(settings, new PaperRuns(settings, sweep)).rows()),
            settings.describe());
    out.println(report.markdown());
    return report.write(options.out());
  }

  private <T> T sweeping(Function<Sweep, T> work) {
    try (Sweep sweep = Sweep.onAllCores(SweepProgress.on(terminal))) {
      return work.apply(sweep);
    }
  }
}
