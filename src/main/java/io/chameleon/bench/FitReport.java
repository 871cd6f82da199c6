package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.simulation.CoordinateSearch.Minimum;
import io.chameleon.simulation.DecodeKnobs;
import io.chameleon.simulation.LinkCost;
import io.chameleon.simulation.LoadFit;
import io.chameleon.simulation.LoadFit.Knob;
import io.chameleon.simulation.PaperMeasurements;
import io.chameleon.simulation.PaperMeasurements.LoadPoint;
import io.chameleon.simulation.PaperMeasurements.PrefillPoint;
import io.chameleon.simulation.ProfileFit;
import io.chameleon.simulation.SimulatedModel;
import io.chameleon.simulation.StepCost;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** Prints what the costs of a profile are fitted to, and how well they fit. */
final class FitReport {

  /** S-LoRA sends each adapter twice. */
  private static final int TIMES_SENT = 2;

  private static final int ROUNDS = 4;

  private static final double MS_PER_NANO = 1e-6;

  private final SimulateOptions options;

  private final PrintStream out;

  FitReport(SimulateOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  void print() {
    printPrefill();
    printLoads();
    printDecode();
  }

  private void printPrefill() {
    StepCost.Prefill fit = ProfileFit.prefill(PaperMeasurements.PREFILL);
    line(
        "prefill (Fig. 3): %.6g ms + %.6g ms a token + %.6g ms a token and rank",
        fit.fixedMs(), fit.perToken(), fit.perTokenRank());
    for (PrefillPoint point : PaperMeasurements.PREFILL) {
      double ours = fit.alone(point.tokens(), point.rank());
      line(
          "  rank %3d, %4d tokens: %6.1f ms, fitted %6.1f, %+5.1f %%",
          point.rank(), point.tokens(), point.ms(), ours, percent(ours, point.ms()));
    }
  }

  private void printLoads() {
    SimulatedModel model = options.profile().model();
    LinkCost fit = ProfileFit.link(PaperMeasurements.LOADS, model, TIMES_SENT);
    line(
        "%nlink (Fig. 2, each byte sent %d times): %.6g bytes/s, %.6g ms a copy",
        TIMES_SENT, fit.bytesPerSecond(), fit.latencyNanos() * MS_PER_NANO);
    for (LoadPoint point : PaperMeasurements.LOADS) {
      double ours = TIMES_SENT * fit.nanos(model.adapterBytes(point.rank())) * MS_PER_NANO;
      line(
          "  rank %3d: %5.1f ms, fitted %5.1f, %+5.1f %%",
          point.rank(), point.ms(), ours, percent(ours, point.ms()));
    }
  }

  private void printDecode() {
    List<Knob> knobs = DecodeKnobs.all();
    LoadFit fit =
        new LoadFit(
            knobs,
            PaperMeasurements.S_LORA,
            rate -> options.setup(options.policies().getFirst(), rate),
            result -> result.meanGaps().meanMs());
    Minimum found = fit.search(ROUNDS);
    line(
        "%ndecode, by %s under load: root mean square of relative errors %.3f after %d trials",
        options.policies().getFirst().propertyName(), found.error(), found.trials());
    for (int i = 0; i < knobs.size(); i++) {
      line("  %s: %.6g", knobs.get(i).range().name(), found.values().get(i));
    }
    for (LoadFit.Residual point : fit.residuals(found.values())) {
      line(
          "  %.1f req/s, %s: %6.1f ms, simulated %6.1f, %+5.1f %%%s",
          point.requestsPerSecond(),
          point.metric(),
          point.measuredMs(),
          point.simulatedMs(),
          100 * point.relativeError(),
          point.isFitted() ? "" : ", not fitted");
    }
  }

  private static double percent(double ours, double measured) {
    return 100 * (ours - measured) / measured;
  }

  @FormatMethod
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
