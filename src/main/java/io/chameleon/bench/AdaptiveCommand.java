package io.chameleon.bench;

import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.SimulationProfile;
import io.chameleon.simulation.Sweep;
import io.chameleon.simulation.SweepProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code java -jar chameleon.jar simulate adaptive}: the policy {@code adaptive} beside repaired
 * {@code fifo} and the Chameleon paper's scheduler, on the paper's set-up with 1,000 adapters and
 * on other workloads.
 */
final class AdaptiveCommand {

  private static final long SEED = 1;

  private AdaptiveCommand() {}

  /** Returns the exit status: 0, or 2 where the arguments are wrong. */
  static int run(String... arguments) {
    AdaptiveOptions options;
    try {
      options = AdaptiveOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      return HelpWantedException.explain(e, AdaptiveOptions.USAGE);
    }
    try {
      AdaptiveReport report = prove(options, SweepProgress.on(System.err));
      System.out.print(report.markdown());
      report.write(options.report()).forEach(file -> System.out.println("written: " + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return 0;
  }

  private static AdaptiveReport prove(AdaptiveOptions options, SweepProgress progress) {
    SimulationProfile profile = ProfileFile.load(ProfileFile.A40);
    AdaptiveCase base = AdaptiveCase.base(options.requests(), SEED);
    List<AdaptiveCase> cases =
        AdaptiveCase.all(base, options.traces(), profile.model().config().contextLength());
    try (Sweep sweep = Sweep.onAllCores(progress)) {
      AdaptiveProof proof = new AdaptiveProof(profile, sweep, options.seeds());
      Map<AdaptiveSystem, List<AdaptivePoint>> curves =
          proof.curves(base, List.of(AdaptiveSystem.values()), options.loads());
      List<AdaptiveRow> rows = new ArrayList<>(proof.knees(base, curves));
      rows.addAll(proof.others(cases));
      String title =
          "%s, %,d requests, %d seed(s) from %d, 1,000 adapters"
              .formatted(profile.name(), options.requests(), options.seeds(), SEED);
      return new AdaptiveReport(title, curves, rows, AdaptiveCase.missing(options.traces()));
    }
  }
}
