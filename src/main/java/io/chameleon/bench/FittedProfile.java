package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.SimulationProfile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Measures a service in the arrangement of the proofs, fits a profile to it, shows how well it
 * fits, and writes it down as {@code simulate --profile} reads it.
 */
final class FittedProfile {

  /** Loads of each adapter. */
  private static final int LINK_ROUNDS = 3;

  /** Of the capacity, what is sent by the clock; the loads that are proven are others. */
  private static final double[] TRAFFIC = {0.4, 0.6, 0.8};

  /** How long each of these lasts, in phases. */
  private static final int TRAFFIC_PHASES = 20;

  private static final double LEAST_SECONDS = 3;

  private static final int CAPACITY_PHASES = 5;

  /** Steps of traffic that are one equation. */
  private static final int GROUP = 40;

  private final ProofStage stage;

  private final double phaseSeconds;

  private final Path folder;

  private final PrintStream out;

  /**
   * @param phaseSeconds of each phase
   * @param folder where the profile goes
   */
  FittedProfile(ProofStage stage, double phaseSeconds, Path folder, PrintStream out) {
    this.stage = stage;
    this.phaseSeconds = phaseSeconds;
    this.folder = folder;
    this.out = out;
  }

  /**
   * What was measured of a service.
   *
   * @param phases each an equation
   * @param traffic the same of requests by the clock, which say what a mixture costs
   * @param betweenMs mean time from a step to the next in that traffic, in milliseconds
   * @param cells of its arena
   */
  private record Measured(
      List<PhaseTotals> phases, List<PhaseTotals> traffic, double betweenMs, int cells) {

    private List<PhaseTotals> all() {
      return Stream.concat(phases.stream(), traffic.stream()).toList();
    }
  }

  /** Measures, prints and writes. */
  SimulationProfile make() throws IOException {
    Measured measured = measure();
    LinkFit link;
    try (ServiceProcess service = stage.start("fit-link", stage.crampedSpec())) {
      link = LinkFit.of(LinkFit.measure(stage, service.client(), LINK_ROUNDS));
    }
    StepFit steps = StepFit.of(StepFit.PROFILE, measured.all());
    print(steps, measured);
    print(link);
    return write(
        new ProfileText.Costs(steps, measured.betweenMs(), link, stage.spec().limits()),
        measured.cells());
  }

  private Measured measure() throws IOException {
    Path log = folder.resolve("steps-fit.csv").toAbsolutePath();
    try (ServiceProcess service = stage.start("fit", ProofStage.recorded(stage.spec(), log))) {
      StreamingClient client = service.client();
      List<PhaseTotals> phases = run(new PhaseRunner(stage, client, phaseSeconds, log));
      double capacity =
          ServiceCapacity.perSecond(stage, client, atLeast(CAPACITY_PHASES * phaseSeconds));
      List<PhaseTotals> groups = new ArrayList<>();
      List<LiveSteps> sent = new ArrayList<>();
      for (double load : TRAFFIC) {
        LiveSteps steps =
            OpenTraffic.send(
                    stage, client, load * capacity, atLeast(TRAFFIC_PHASES * phaseSeconds), log)
                .steps();
        groups.addAll(steps.groups(String.format(Locale.ROOT, "traffic at %.2f", load), GROUP));
        sent.add(steps);
      }
      double[] between =
          sent.stream().flatMapToDouble(each -> Arrays.stream(each.betweenMs())).toArray();
      int cells = client.get("actuator/scheduler").at("/arena/cells").asInt();
      return new Measured(phases, groups, Timings.mean(between), cells);
    }
  }

  /** However short phases are, some requests have to come and to end. */
  private static double atLeast(double seconds) {
    return Math.max(LEAST_SECONDS, seconds);
  }

  /** In shuffled order, so that a machine that slows down does not look like a cost. */
  private List<PhaseTotals> run(PhaseRunner runner) throws IOException {
    List<FitPhase> shuffled = new ArrayList<>(FitPhase.all(stage));
    Collections.shuffle(shuffled, new Random(stage.seed()));
    PhaseTotals warmUp = runner.run(shuffled.getFirst());
    out.printf(
        Locale.ROOT,
        "fit      %d phases of %.1f s; before them %s%n",
        shuffled.size(),
        phaseSeconds,
        warmUp.name());
    List<PhaseTotals> phases = new ArrayList<>();
    for (FitPhase phase : shuffled) {
      phases.add(runner.run(phase));
    }
    return phases;
  }

  private void print(StepFit fit, Measured measured) {
    line("%n| phase | steps | ms a step | fitted | off |");
    line("|---|---|---|---|---|");
    measured.phases().forEach(phase -> print(fit, phase));
    measured.traffic().forEach(group -> print(fit, group));
    line("");
    for (StepFit.Term term : fit.terms()) {
      line("%-34s %.6f", term.name(), fit.cost(term));
    }
    line("%-34s %.6f", "scheduling-ms", measured.betweenMs());
    List<PhaseTotals> all = measured.all();
    line(
        "root mean square of the relative errors: %.3f, of phases %.3f, of traffic %.3f",
        fit.error(all), fit.error(measured.phases()), fit.error(measured.traffic()));
    line(
        "  of traffic by phases alone: %.3f",
        StepFit.of(StepFit.PROFILE, measured.phases()).error(measured.traffic()));
    for (StepFit.Term term : StepFit.MISSING) {
      StepFit more = StepFit.with(term, all);
      line("  with a cost of %s, %.6f ms: %.3f", term.name(), more.cost(term), more.error(all));
    }
  }

  private void print(StepFit fit, PhaseTotals phase) {
    line(
        "| %s | %.0f | %.2f | %.2f | %+.1f %% |",
        phase.name(),
        phase.reading().steps(),
        phase.stepMs(),
        fit.stepMs(phase),
        100 * fit.relativeError(phase));
  }

  private void print(LinkFit link) {
    line("%nlink     %.3f ms a load, %.0f MB/s", link.latencyMs(), link.bytesPerSecond() / 1e6);
    for (LinkFit.Point point : link.points()) {
      line(
          "  rank %3d, %d bytes: %.3f ms, fitted %.3f",
          point.rank(), point.bytes(), point.ms(), link.ms(point.bytes()));
    }
  }

  /** Read again, so that what is simulated is what is written. */
  private SimulationProfile write(ProfileText.Costs costs, int cells) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(ProfileFile.CPU_DEMO + ".yaml");
    List<String> head = new ArrayList<>();
    head.add("Fitted by java -jar chameleon.jar bench fit:");
    head.addAll(stage.machine());
    head.add("cores    " + stage.core().description());
    Files.writeString(
        file, ProfileText.of(head, stage.model().config(), stage.modules(), cells, costs));
    line("written: %s", file);
    return ProfileFile.load(file.toString());
  }

  @FormatMethod
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
