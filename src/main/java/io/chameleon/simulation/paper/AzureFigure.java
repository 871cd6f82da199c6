package io.chameleon.simulation.paper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Fig. 21: the row of the Azure conversation trace, which is the default workload. */
final class AzureFigure implements PaperFigure {

  private static final double MS_PER_SECOND = 1000;

  private final double load;

  AzureFigure(FigureSettings settings) {
    this.load = settings.tracesLoad();
  }

  @Override
  public List<PaperCase> cases() {
    return Stream.of(LoadCurves.BASELINE, LoadCurves.CHAMELEON)
        .map(system -> PaperCase.of(system, load))
        .toList();
  }

  @Override
  public Map<PaperCell, Double> measure(PaperRuns runs) {
    Map<PaperCell, Double> found = new LinkedHashMap<>();
    for (PaperCase one : cases()) {
      found.put(
          new PaperCell("21", one.system(), "Azure conversation", "p99_ttft_s"),
          runs.of(one).p99TtftMs() / MS_PER_SECOND);
    }
    return found;
  }
}
