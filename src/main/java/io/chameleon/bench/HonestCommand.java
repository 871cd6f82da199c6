package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.Simulation;
import io.chameleon.simulation.SimulationProfile;
import io.chameleon.simulation.SimulationSetup;
import io.chameleon.workload.Workload;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code bench honest}: the same arrivals at a live service and in the simulator, for some policies
 * and loads. The service is a process of its own over real HTTP, the generator sends by the clock,
 * and the simulator's profile is fitted to the service in the same arrangement.
 */
final class HonestCommand {

  private static final double CAPACITY_SECONDS = 20;

  /** A load whose generator was late is made once more. */
  private static final int TRIES = 2;

  /** Of the capacity: where it is measured what HTTP takes. */
  private static final double WAY_LOAD = 0.6;

  /** Of that load, which has other requests than those that are proven. */
  private static final int WAY_NUMBER = 2000;

  private static final double PERCENT = 100;

  private final HonestOptions options;

  private final PrintStream out;

  private final CauseReport causes = new CauseReport();

  HonestCommand(HonestOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * What was measured before all loads.
   *
   * @param profile of the simulations
   * @param capacity requests per second
   * @param wayMs that HTTP takes
   */
  private record Yardstick(SimulationProfile profile, double capacity, double wayMs) {}

  /** Runs it. */
  void run() throws IOException {
    try (ProofStage stage = options.stage().open()) {
      stage.describe(out);
      Yardstick yardstick = yardstick(stage);
      List<HonestCell> cells = new ArrayList<>();
      for (PolicyKind policy : options.policies()) {
        cells.addAll(cells(stage, policy, yardstick));
      }
      out.println();
      HonestReport report = new HonestReport(cells);
      report.print(out);
      out.println();
      causes.print(out);
      Path folder = options.stage().out();
      out.printf("%nwritten: %s, %s%n", report.write(folder), causes.write(folder));
    }
  }

  private Yardstick yardstick(ProofStage stage) throws IOException {
    SimulationProfile profile =
        options.profile().isEmpty()
            ? new FittedProfile(stage, options.phaseMillis() / 1e3, options.stage().out(), out)
                .make()
            : ProfileFile.load(options.profile());
    try (ServiceProcess service = stage.start("capacity", stage.spec())) {
      double seconds = Math.min(CAPACITY_SECONDS, options.seconds());
      double capacity = ServiceCapacity.perSecond(stage, service.client(), seconds);
      double idleMs = ServiceCapacity.wayMs(stage, service.client());
      Workload traffic = stage.workload(WAY_LOAD * capacity, seconds, WAY_NUMBER);
      double wayMs = Timings.median(OpenTraffic.waysMs(send(stage, service, traffic)));
      line("capacity %.2f requests/s", capacity);
      line(
          "way      %.2f ms of HTTP to the first token at %.2f of it, added to what is simulated;"
              + " %.2f ms where nothing else is done",
          wayMs, WAY_LOAD, idleMs);
      return new Yardstick(profile, capacity, wayMs);
    }
  }

  private List<HonestCell> cells(ProofStage stage, PolicyKind policy, Yardstick yardstick)
      throws IOException {
    List<HonestCell> cells = new ArrayList<>();
    ServiceSpec spec = stage.spec().with(policy);
    String name = policy.propertyName();
    Path log = options.stage().out().resolve("steps-%s.csv".formatted(name)).toAbsolutePath();
    try (ServiceProcess service = stage.start(name, ProofStage.recorded(spec, log))) {
      for (int percent : options.percents()) {
        double load = percent / PERCENT;
        Workload workload = stage.workload(load * yardstick.capacity(), length(), percent);
        long before = LiveSteps.count(log);
        List<Sent> sent = send(stage, service, workload);
        addCauses(policy, load, sent, LiveSteps.read(log, before), yardstick);
        List<Served> live = Served.of(sent, stage.lengths());
        List<Served> simulated =
            Served.of(
                Simulation.run(
                    new SimulationSetup(
                        yardstick.profile(), spec.settings(), stage.mix(), workload)),
                stage.lengths(),
                yardstick.wayMs());
        HonestCell cell =
            new HonestCell(
                name, load, figures(live), figures(simulated), sent.size() - live.size());
        print(cell, Sent.lateness(sent));
        cells.add(cell);
      }
    }
    return cells;
  }

  private void addCauses(
      PolicyKind policy, double load, List<Sent> sent, LiveSteps steps, Yardstick yardstick) {
    double[] ways = OpenTraffic.waysMs(sent);
    List<LiveSteps.Mean> means = new ArrayList<>(steps.means(yardstick.profile().stepCost()));
    means.add(
        new LiveSteps.Mean("HTTP (median)", ways.length, Timings.median(ways), yardstick.wayMs()));
    causes.add(policy.propertyName(), load, means);
  }

  private List<Sent> send(ProofStage stage, ServiceProcess service, Workload workload) {
    OpenLoop loop = OpenLoop.byTheClock();
    double mostLateMs = options.stage().mostLateMs();
    for (int attempt = 1; ; attempt++) {
      List<Sent> sent = loop.send(stage.arrivals(workload, service.client(), Map.of()));
      try {
        Sent.requireOnTime(sent, mostLateMs);
        return sent;
      } catch (Sent.LateGeneratorException late) {
        if (attempt == TRIES) {
          throw late;
        }
        line("again    %s", String.valueOf(late.getMessage()));
      }
    }
  }

  private double length() {
    return (double) options.warmUp() + options.seconds();
  }

  private Figures figures(List<Served> served) {
    return Figures.of(served, options.warmUp(), length());
  }

  private void print(HonestCell cell, double latenessMs) {
    line(
        "load     %s at %.2f: median %.1f ms live, %.1f simulated; P99 %.1f, %.1f; %d requests,"
            + " %d turned away, sent %.2f ms late (P99)",
        cell.policy(),
        cell.load(),
        cell.live().medianMs(),
        cell.simulated().medianMs(),
        cell.live().p99Ms(),
        cell.simulated().p99Ms(),
        cell.live().requests(),
        cell.turnedAway(),
        latenessMs);
  }

  @FormatMethod
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
