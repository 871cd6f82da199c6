package io.chameleon.simulation.paper;

import io.chameleon.simulation.Capacity;
import io.chameleon.simulation.Simulation;
import io.chameleon.simulation.SimulationSetup;
import io.chameleon.simulation.Sweep;
import io.chameleon.simulation.SweepTask;
import io.chameleon.simulation.paper.PaperRow.Verdict;
import io.chameleon.workload.LengthScale;
import io.chameleon.workload.TraceArrivals;
import io.chameleon.workload.TraceFile;
import io.chameleon.workload.TraceLengths;
import io.chameleon.workload.Workload;
import io.chameleon.workload.WorkloadSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Beside Fig. 21: traces that the paper does not have, with their own lengths and arrivals. Lengths
 * are divided by one constant for each, so that 99 of 100 requests fit the model's context.
 * Adapters are asked for as in the paper.
 */
public final class OtherTraces {

  private static final double MS_PER_SECOND = 1000;

  private static final double P99 = 0.99;

  private static final Map<String, String> FILES = files();

  private static final List<String> SYSTEMS =
      List.of(LoadCurves.BASELINE, LoadCurves.CHAMELEON, LoadCurves.REPAIRED);

  private final PaperSettings settings;

  private final FigureSettings.OtherTraces how;

  private final Sweep sweep;

  /** Of these settings; nothing is run yet. */
  public OtherTraces(PaperSettings settings, Sweep sweep) {
    this.settings = settings;
    this.how = settings.figures().otherTraces();
    this.sweep = sweep;
  }

  /** Names of the traces and of the files that they are published as. */
  private static Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("Azure code", "AzureLLMInferenceTrace_code.csv");
    files.put("Mooncake conversation", "mooncake_conversation_trace.jsonl");
    return files;
  }

  /**
   * Runs the traces that there are.
   *
   * @param folder where they lie
   * @param skipped hears of each that is missing
   */
  public List<PaperRow> rows(Path folder, Consumer<String> skipped) {
    List<SweepTask<List<PaperRow>>> tasks = new ArrayList<>();
    FILES.forEach((name, file) -> {
      Path path = folder.resolve(file);
      if (Files.isRegularFile(path)) {
        tasks.add(new SweepTask<>(name, () -> rows(name, TraceFile.read(path).workload())));
      } else {
        skipped.accept("%s: skipped, there is no %s".formatted(name, path));
      }
    });
    return sweep.perform(tasks).stream().flatMap(List::stream).toList();
  }

  private List<PaperRow> rows(String name, Workload trace) {
    double baseline = capacity(LoadCurves.BASELINE, trace).requestsPerSecond();
    double load = how.load() * baseline;
    String x = String.format(Locale.ROOT, "%s at %.3g req/s", name, load);
    List<PaperRow> rows = new ArrayList<>();
    for (String system : SYSTEMS) {
      rows.add(row(system, x, "p99_ttft_s", p99Ms(system, trace, load) / MS_PER_SECOND));
      rows.add(
          row(system, name, "load_at_objective_rps", capacity(system, trace).requestsPerSecond()));
    }
    return rows;
  }

  private static PaperRow row(String system, String x, String metric, double value) {
    PaperCell cell = new PaperCell("21", system, x, metric);
    return new PaperRow(cell, null, value, Verdict.NO_PAPER, "");
  }

  private Capacity capacity(String system, Workload trace) {
    return Capacity.search(
        load -> p99Ms(system, trace, load),
        settings.figures().objectiveMs(),
        how.least(),
        how.most(),
        how.within());
  }

  private double p99Ms(String system, Workload trace, double load) {
    Experiment experiment = settings.experiment(system, Map.of());
    int context = experiment.machine().load().model().config().contextLength();
    WorkloadSpec spec =
        experiment
            .workload()
            .spec()
            .withLengths(new TraceLengths(trace).scaled(LengthScale.fitting(trace, context)))
            .withArrivals(new TraceArrivals(trace))
            .withCount(trace.size());
    SimulationSetup setup = experiment.setup(load, spec);
    return Simulation.run(setup).ttft().quantileMs(P99);
  }
}
