package io.chameleon.simulation.paper;

import io.chameleon.simulation.Capacity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Figs. 11 to 13, times over load, and the throughput at the objective that follows from them. */
final class LoadCurves implements PaperFigure {

  static final String BASELINE = "s-lora";

  static final String CHAMELEON = "chameleon";

  static final String REPAIRED = "fifo";

  /** The paper's four. */
  static final List<String> PAPER = List.of(BASELINE, "scheduler-only", "cache-only", CHAMELEON);

  /** Beside them, what the paper lacks: both on a repaired engine. */
  private static final List<String> OURS = List.of(REPAIRED, "chameleon-repaired");

  /** No figure of the paper; it tells why the others are as they are. */
  private static final String ENGINE = "engine";

  private static final double MS_PER_SECOND = 1000;

  private static final double PERCENT = 100;

  private final FigureSettings settings;

  LoadCurves(FigureSettings settings) {
    this.settings = settings;
  }

  @Override
  public List<PaperCase> cases() {
    return systems().stream()
        .flatMap(system -> settings.loads().stream().map(load -> PaperCase.of(system, load)))
        .toList();
  }

  @Override
  public Map<PaperCell, Double> measure(PaperRuns runs) {
    Map<PaperCell, Double> found = new LinkedHashMap<>();
    curves(found, runs, "11", "p99_ttft_s", run -> run.p99TtftMs() / MS_PER_SECOND);
    cuts(found, runs, "11", "p99_cut_percent", RunSummary::p99TtftMs);
    curves(found, runs, "12", "p99_tbt_ms", RunSummary::p99TbtMs);
    curves(found, runs, "13", "p50_ttft_s", run -> run.p50TtftMs() / MS_PER_SECOND);
    cuts(found, runs, "13", "p50_cut_percent", RunSummary::p50TtftMs);
    throughput(found, runs);
    curves(found, runs, ENGINE, "busy_percent", run -> PERCENT * run.busyShare());
    curves(found, runs, ENGINE, "adapter_hit_percent", run -> PERCENT * run.hitRatio());
    curves(found, runs, ENGINE, "adapter_copies_per_s", RunSummary::copiesPerSecond);
    curves(found, runs, ENGINE, "put_back_percent", run -> PERCENT * run.preempted());
    return found;
  }

  private static List<String> systems() {
    return Stream.concat(PAPER.stream(), OURS.stream()).toList();
  }

  private void curves(
      Map<PaperCell, Double> found,
      PaperRuns runs,
      String figure,
      String metric,
      ToDoubleFunction<RunSummary> value) {
    for (PaperCase one : cases()) {
      found.put(
          new PaperCell(figure, one.system(), x(one.load()), metric),
          value.applyAsDouble(runs.of(one)));
    }
  }

  private void cuts(
      Map<PaperCell, Double> found,
      PaperRuns runs,
      String figure,
      String metric,
      ToDoubleFunction<RunSummary> value) {
    cuts(runs, BASELINE, Map.of(), value)
        .forEach((x, cut) -> found.put(new PaperCell(figure, CHAMELEON, x, metric), cut));
  }

  /**
   * By how much Chameleon is under another system at low, medium and high load, in percent of that
   * one.
   *
   * @param changes to both
   */
  Map<String, Double> cuts(
      PaperRuns runs,
      String baseline,
      Map<String, String> changes,
      ToDoubleFunction<RunSummary> value) {
    Map<String, Double> found = new LinkedHashMap<>();
    for (double load : settings.headlineLoads()) {
      double before = value.applyAsDouble(runs.of(new PaperCase(baseline, load, changes)));
      double after = value.applyAsDouble(runs.of(new PaperCase(CHAMELEON, load, changes)));
      found.put(x(load), PERCENT * (before - after) / before);
    }
    return found;
  }

  private void throughput(Map<PaperCell, Double> found, PaperRuns runs) {
    String x = "%d s".formatted(settings.objective().toSeconds());
    double baseline = capacity(runs, BASELINE, Map.of()).requestsPerSecond();
    for (String system : systems()) {
      double own = capacity(runs, system, Map.of()).requestsPerSecond();
      found.put(new PaperCell("throughput", system, x, "load_at_objective_rps"), own);
      found.put(new PaperCell("throughput", system, x, "ratio_to_s_lora"), own / baseline);
    }
  }

  /** Throughput of a system at the objective, from the loads of the figures. */
  Capacity capacity(PaperRuns runs, String system, Map<String, String> changes) {
    List<Capacity.Point> points = new ArrayList<>();
    for (double load : settings.loads()) {
      double p99 = runs.of(new PaperCase(system, load, changes)).p99TtftMs();
      points.add(new Capacity.Point(load, p99));
    }
    return Capacity.between(points, settings.objectiveMs());
  }

  /** A load as in the paper's axes: 8, 8.5. */
  static String x(double load) {
    return load == Math.rint(load)
        ? Long.toString(Math.round(load))
        : String.format(Locale.ROOT, "%s", load);
  }
}
