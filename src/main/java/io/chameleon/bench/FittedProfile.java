package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.SimulationProfile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Measures a service in the arrangement of the proofs, fits a profile to it, shows how well it
 * fits, and writes it down as {@code simulate --profile} reads it.
 */
final class FittedProfile {

  /** Loads of each adapter. */
  private static final int LINK_ROUNDS = 3;

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

  /** Measures, prints and writes. */
  SimulationProfile make() throws IOException {
    List<PhaseTotals> phases;
    int cells;
    try (ServiceProcess service = stage.start("fit", stage.spec())) {
      phases = run(new PhaseRunner(stage, service.client(), phaseSeconds));
      cells = service.client().get("actuator/scheduler").at("/arena/cells").asInt();
    }
    LinkFit link;
    try (ServiceProcess service = stage.start("fit-link", stage.crampedSpec())) {
      link = LinkFit.of(LinkFit.measure(stage, service.client(), LINK_ROUNDS));
    }
    StepFit steps = StepFit.of(StepFit.PROFILE, phases);
    double scheduling =
        phases.stream().mapToDouble(p -> p.reading().overheadMs()).sum() / steps(phases);
    print(steps, scheduling, phases);
    print(link);
    return write(new ProfileText.Costs(steps, scheduling, link, stage.spec().limits()), cells);
  }

  /** In shuffled order, so that a machine that slows down does not look like a cost. */
  private List<PhaseTotals> run(PhaseRunner runner) {
    List<FitPhase> shuffled = new ArrayList<>(FitPhase.all(stage));
    Collections.shuffle(shuffled, new Random(stage.seed()));
    PhaseTotals warmUp = runner.run(shuffled.getFirst());
    out.printf(
        Locale.ROOT,
        "fit      %d phases of %.1f s; before them %s%n",
        shuffled.size(),
        phaseSeconds,
        warmUp.name());
    return shuffled.stream().map(runner::run).toList();
  }

  private static double steps(List<PhaseTotals> phases) {
    return phases.stream().mapToDouble(phase -> phase.reading().steps()).sum();
  }

  private void print(StepFit fit, double schedulingMs, List<PhaseTotals> phases) {
    line("%n| phase | steps | ms a step | fitted | off |");
    line("|---|---|---|---|---|");
    for (PhaseTotals phase : phases) {
      line(
          "| %s | %.0f | %.2f | %.2f | %+.1f %% |",
          phase.name(),
          phase.reading().steps(),
          phase.stepMs(),
          fit.stepMs(phase),
          100 * fit.relativeError(phase));
    }
    line("");
    for (StepFit.Term term : fit.terms()) {
      line("%-30s %.6f", term.name(), fit.cost(term));
    }
    line("%-30s %.6f", "scheduling-ms", schedulingMs);
    line("root mean square of the relative errors: %.3f", fit.error(phases));
    for (StepFit.Term term : StepFit.MISSING) {
      StepFit more = StepFit.with(term, phases);
      line("  with a cost of %s, %.6f ms: %.3f", term.name(), more.cost(term), more.error(phases));
    }
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
