package io.chameleon.bench;

import io.chameleon.simulation.Capacity;
import io.chameleon.simulation.Simulation;
import io.chameleon.simulation.SimulationProfile;
import io.chameleon.simulation.SimulationSetup;
import io.chameleon.simulation.Sweep;
import io.chameleon.simulation.SweepRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares {@code adaptive} with its baselines, by simulation. */
final class AdaptiveProof {

  /** The paper's objective of P99 time to first token, in milliseconds. */
  static final double OBJECTIVE_MS = 5000;

  /** Loads of the other workloads, as shares of what {@code chameleon} carries there. */
  private static final List<Double> SHARES = List.of(0.5, 0.9);

  private static final Goal NEVER_WORSE = Goal.atMost(1.03);

  private static final String P99 = "P99 TTFT ms";

  private static final int SEARCH_REQUESTS = 6000;

  private static final double LEAST_LOAD = 0.25;

  private static final double MOST_LOAD = 30;

  private static final double WITHIN = 0.1;

  /** One system under one workload at one load. */
  private record Task(AdaptiveSystem system, AdaptiveCase workload, double load) {}

  private final SimulationProfile profile;

  private final Sweep sweep;

  private final int seeds;

  /**
   * A proof.
   *
   * @param profile the machine and the model
   * @param sweep makes the runs
   * @param seeds how many seeds each figure is the mean of
   */
  AdaptiveProof(SimulationProfile profile, Sweep sweep, int seeds) {
    this.profile = profile;
    this.sweep = sweep;
    this.seeds = seeds;
  }

  /** P99 over load, for each system, at loads that ascend. */
  Map<AdaptiveSystem, List<AdaptivePoint>> curves(
      AdaptiveCase base, Collection<AdaptiveSystem> systems, List<Double> loads) {
    List<Task> tasks = new ArrayList<>();
    for (AdaptiveSystem system : systems) {
      loads.forEach(load -> tasks.add(new Task(system, base, load)));
    }
    return run(tasks).stream()
        .collect(
            Collectors.groupingBy(AdaptivePoint::system, LinkedHashMap::new, Collectors.toList()));
  }

  /** The highest load at which P99 time to first token keeps the objective. */
  static Capacity capacity(List<AdaptivePoint> curve) {
    return Capacity.between(
        curve.stream()
            .map(point -> new Capacity.Point(point.requestsPerSecond(), point.times().p99Ttft()))
            .toList(),
        OBJECTIVE_MS);
  }

  /** What each system carries, and {@code adaptive} beside each where that one's capacity ends. */
  List<AdaptiveRow> knees(AdaptiveCase base, Map<AdaptiveSystem, List<AdaptivePoint>> curves) {
    List<AdaptiveRow> rows = new ArrayList<>();
    List<Task> tasks = new ArrayList<>();
    double ours = capacity(of(curves, AdaptiveSystem.ADAPTIVE)).requestsPerSecond();
    for (AdaptiveSystem baseline : baselines()) {
      double theirs = capacity(of(curves, baseline)).requestsPerSecond();
      Goal goal = Goal.atLeast(baseline == AdaptiveSystem.FIFO ? 1.3 : 1.15);
      rows.add(
          new AdaptiveRow(
              base.name(), "at P99 TTFT 5 s", baseline, "requests/s", theirs, ours, goal));
      tasks.add(new Task(baseline, base, theirs));
      tasks.add(new Task(AdaptiveSystem.ADAPTIVE, base, theirs));
    }
    List<AdaptivePoint> points = run(tasks);
    for (int i = 0; i < points.size(); i += 2) {
      Goal goal = Goal.atMost(points.get(i).system() == AdaptiveSystem.FIFO ? 0.5 : 0.7);
      rows.addAll(compare(base.name(), "its knee", points.get(i), points.get(i + 1), goal));
    }
    return rows;
  }

  /** Each workload at shares of what {@code chameleon} carries there. */
  List<AdaptiveRow> others(List<AdaptiveCase> cases) {
    Map<String, Double> carried =
        cases.parallelStream().collect(Collectors.toMap(AdaptiveCase::name, this::carried));
    List<Task> tasks = new ArrayList<>();
    for (AdaptiveCase each : cases) {
      for (double share : SHARES) {
        double load = share * carried.getOrDefault(each.name(), LEAST_LOAD);
        for (AdaptiveSystem system : AdaptiveSystem.values()) {
          tasks.add(new Task(system, each, load));
        }
      }
    }
    List<AdaptivePoint> points = run(tasks);
    List<AdaptiveRow> rows = new ArrayList<>();
    int systems = AdaptiveSystem.values().length;
    for (int i = 0; i < points.size(); i += systems) {
      String workload = tasks.get(i).workload().name();
      String load = "%.1f x chameleon's knee".formatted(SHARES.get(i / systems % SHARES.size()));
      List<AdaptivePoint> here = points.subList(i, i + systems);
      AdaptivePoint ours = ours(here);
      for (AdaptivePoint theirs : here) {
        AdaptiveSystem baseline = theirs.system();
        if (baseline != AdaptiveSystem.ADAPTIVE) {
          Goal goal = baseline == AdaptiveSystem.CHAMELEON ? NEVER_WORSE : null;
          rows.addAll(compare(workload, load, theirs, ours, goal));
        }
      }
    }
    return rows;
  }

  private static List<AdaptiveRow> compare(
      String workload, String load, AdaptivePoint theirs, AdaptivePoint ours, @Nullable Goal goal) {
    String where = "%s, %.2f/s".formatted(load, theirs.requestsPerSecond());
    BiFunction<String, ToDoubleFunction<TokenTimes>, AdaptiveRow> row =
        (metric, value) ->
            new AdaptiveRow(
                workload,
                where,
                theirs.system(),
                metric,
                value.applyAsDouble(theirs.times()),
                value.applyAsDouble(ours.times()),
                metric.equals(P99) ? goal : null);
    return List.of(
        row.apply(P99, TokenTimes::p99Ttft),
        row.apply("P50 TTFT ms", TokenTimes::p50Ttft),
        row.apply("max TTFT ms", TokenTimes::mostTtft),
        row.apply("P99 TBT ms", TokenTimes::p99Gap));
  }

  /** By fewer requests: it only sets the load. */
  private double carried(AdaptiveCase each) {
    AdaptiveCase small = each.withCount(Math.min(SEARCH_REQUESTS, each.workload().count()));
    return Capacity.search(
            load -> p99Ms(new Task(AdaptiveSystem.CHAMELEON, small, load)),
            OBJECTIVE_MS,
            LEAST_LOAD,
            MOST_LOAD,
            WITHIN)
        .requestsPerSecond();
  }

  private double p99Ms(Task task) {
    return TokenTimes.of(Simulation.run(sweepRun(task).setup().get())).p99Ttft();
  }

  /** Means over the seeds, in the order of the tasks. */
  private List<AdaptivePoint> run(List<Task> tasks) {
    List<SweepRun> runs = new ArrayList<>();
    for (Task task : tasks) {
      for (int seed = 0; seed < seeds; seed++) {
        long first = task.workload().workload().seed();
        runs.add(
            sweepRun(new Task(task.system(), task.workload().withSeed(first + seed), task.load())));
      }
    }
    List<TokenTimes> each = sweep.run(runs, TokenTimes::of);
    List<AdaptivePoint> means = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      TokenTimes mean = TokenTimes.mean(each.subList(i * seeds, (i + 1) * seeds));
      means.add(new AdaptivePoint(task.system(), task.load(), mean));
    }
    return means;
  }

  private SweepRun sweepRun(Task task) {
    AdaptiveCase each = task.workload();
    return new SweepRun(
        "%s, %s at %.2f/s".formatted(each.name(), task.system().label(), task.load()),
        () ->
            new SimulationSetup(
                profile,
                task.system().settings(profile, each.accuracy()),
                each.workload().adapters(),
                each.workload().generate(task.load())));
  }

  private static AdaptivePoint ours(List<AdaptivePoint> points) {
    return points.stream()
        .filter(point -> point.system() == AdaptiveSystem.ADAPTIVE)
        .findFirst()
        .orElseThrow();
  }

  private static List<AdaptiveSystem> baselines() {
    return List.of(AdaptiveSystem.FIFO, AdaptiveSystem.CHAMELEON, AdaptiveSystem.CHAMELEON_10);
  }

  private static List<AdaptivePoint> of(
      Map<AdaptiveSystem, List<AdaptivePoint>> curves, AdaptiveSystem system) {
    List<AdaptivePoint> curve = curves.get(system);
    if (curve == null) {
      throw new IllegalArgumentException("there is no curve of " + system.label());
    }
    return curve;
  }
}
