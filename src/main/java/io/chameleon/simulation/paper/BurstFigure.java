package io.chameleon.simulation.paper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Fig. 19: a burst, with better and worse predictions of the output. */
final class BurstFigure implements PaperFigure {

  private static final double MS_PER_SECOND = 1000;

  private static final List<String> SYSTEMS = List.of("output-only", LoadCurves.CHAMELEON);

  private static final List<Integer> ACCURACIES = List.of(60, 80, 100);

  private final FigureSettings.Burst burst;

  BurstFigure(FigureSettings settings) {
    this.burst = settings.burst();
  }

  @Override
  public List<PaperCase> cases() {
    return SYSTEMS.stream()
        .flatMap(system -> ACCURACIES.stream().map(accuracy -> one(system, accuracy)))
        .toList();
  }

  @Override
  public Map<PaperCell, Double> measure(PaperRuns runs) {
    Map<PaperCell, Double> found = new LinkedHashMap<>();
    for (String system : SYSTEMS) {
      for (int accuracy : ACCURACIES) {
        found.put(
            new PaperCell("19", system, accuracy + " %", "peak_p99_ttft_s"),
            runs.of(one(system, accuracy)).peakTtftMs() / MS_PER_SECOND);
      }
    }
    return found;
  }

  private PaperCase one(String system, int accuracy) {
    return new PaperCase(
        system,
        burst.load(),
        Map.of(
            "predictor.accuracy", String.format(Locale.ROOT, "%.2f", accuracy / 100.0),
            "workload.burst", Double.toString(burst.factor()),
            "workload.burst-from", burst.from().toString(),
            "workload.burst-to", burst.to().toString()));
  }
}
