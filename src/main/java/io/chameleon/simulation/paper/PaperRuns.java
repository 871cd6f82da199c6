package io.chameleon.simulation.paper;

import io.chameleon.scheduling.chameleon.ChameleonPolicyProperties;
import io.chameleon.simulation.Sweep;
import io.chameleon.simulation.SweepRun;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes the runs of the paper, each once, and knows what came of them. For one thread. */
public final class PaperRuns {

  /** Three classes, since Fig. 16 shows three. */
  private static final Map<String, String> THREE_CLASSES =
      Map.of("scheduling.chameleon.k-max", Integer.toString(RequestClasses.NAMES.size()));

  private final PaperSettings settings;

  private final Sweep sweep;

  private final RequestClasses classes;

  private final Map<PaperCase, RunSummary> summaries = new HashMap<>();

  /** None is made yet. */
  public PaperRuns(PaperSettings settings, Sweep sweep) {
    this.settings = settings;
    this.sweep = sweep;
    Experiment base = settings.experiment("chameleon", THREE_CLASSES);
    ChameleonPolicyProperties properties = base.scheduling().chameleon();
    this.classes = RequestClasses.of(properties, base.workload().spec());
  }

  /** The sizes at which the classes of {@link RunSummary#queueing} end. */
  public List<Double> classCutOffs() {
    return classes.cutOffs();
  }

  /** Makes those that have not been made, the longest first. */
  public void make(Collection<PaperCase> cases) {
    List<PaperCase> missing =
        cases.stream()
            .distinct()
            .filter(one -> !summaries.containsKey(one))
            .sorted(Comparator.comparingDouble(PaperCase::load).reversed())
            .toList();
    Duration window = settings.figures().burst().window();
    List<RunSummary> made =
        sweep.run(
            missing.stream().map(this::run).toList(),
            result -> RunSummary.of(result, classes, window));
    for (int i = 0; i < made.size(); i++) {
      summaries.put(missing.get(i), made.get(i));
    }
  }

  /**
   * What came of a run.
   *
   * @throws IllegalStateException if it was not made
   */
  public RunSummary of(PaperCase one) {
    RunSummary summary = summaries.get(one);
    if (summary == null) {
      throw new IllegalStateException("not run: " + one.label());
    }
    return summary;
  }

  private SweepRun run(PaperCase one) {
    return new SweepRun(
        one.label(), () -> settings.experiment(one.system(), one.changes()).setup(one.load()));
  }
}
