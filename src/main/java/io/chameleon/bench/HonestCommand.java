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

  private static final double PERCENT = 100;

  private final HonestOptions options;

  private final PrintStream out;

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
      out.printf("%nwritten: %s%n", report.write(options.stage().out()));
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
      double wayMs = ServiceCapacity.wayMs(stage, service.client());
      line("capacity %.2f requests/s", capacity);
      line("way      %.2f ms of HTTP to the first token, added to what is simulated", wayMs);
      return new Yardstick(profile, capacity, wayMs);
    }
  }

  private List<HonestCell> cells(ProofStage stage, PolicyKind policy, Yardstick yardstick)
      throws IOException {
    List<HonestCell> cells = new ArrayList<>();
    ServiceSpec spec = stage.spec().with(policy);
    try (ServiceProcess service = stage.start(policy.propertyName(), spec)) {
      for (int percent : options.percents()) {
        double load = percent / PERCENT;
        Workload workload = stage.workload(load * yardstick.capacity(), length(), percent);
        List<Sent> sent = send(stage, service, workload);
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
                policy.propertyName(),
                load,
                figures(live),
                figures(simulated),
                sent.size() - live.size());
        print(cell, Sent.lateness(sent));
        cells.add(cell);
      }
    }
    return cells;
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
