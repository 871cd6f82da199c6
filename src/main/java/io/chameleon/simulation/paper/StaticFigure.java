package io.chameleon.simulation.paper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Fig. 22: Chameleon's P99 time to first token relative to that with static queues. */
final class StaticFigure implements PaperFigure {

  private static final String STATIC = "static";

  private final List<Double> loads;

  StaticFigure(FigureSettings settings) {
    this.loads = settings.headlineLoads();
  }

  @Override
  public List<PaperCase> cases() {
    return loads.stream()
        .flatMap(
            load -> Stream.of(PaperCase.of(STATIC, load), PaperCase.of(LoadCurves.CHAMELEON, load)))
        .toList();
  }

  @Override
  public Map<PaperCell, Double> measure(PaperRuns runs) {
    Map<PaperCell, Double> found = new LinkedHashMap<>();
    for (double load : loads) {
      double own = runs.of(PaperCase.of(LoadCurves.CHAMELEON, load)).p99TtftMs();
      double other = runs.of(PaperCase.of(STATIC, load)).p99TtftMs();
      found.put(
          new PaperCell("22", LoadCurves.CHAMELEON, LoadCurves.x(load), "p99_ttft_to_static"),
          own / other);
    }
    return found;
  }
}
