package io.chameleon.simulation.paper;

import io.chameleon.simulation.paper.RunSummary.LoadTimes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fig. 14: how long adapter loads are on the critical path. */
final class LoadingFigure implements PaperFigure {

  private static final double PERCENT = 100;

  private final double load;

  LoadingFigure(FigureSettings settings) {
    this.load = settings.loadingLoad();
  }

  @Override
  public List<PaperCase> cases() {
    return List.of(
        PaperCase.of(LoadCurves.BASELINE, load), PaperCase.of(LoadCurves.CHAMELEON, load));
  }

  @Override
  public Map<PaperCell, Double> measure(PaperRuns runs) {
    Map<PaperCell, Double> found = new LinkedHashMap<>();
    for (PaperCase one : cases()) {
      LoadTimes loads = runs.of(one).loads();
      found.put(cell(one, "all", "zero_percent"), PERCENT * loads.zeroShare());
      found.put(cell(one, "P50", "load_ms"), loads.p50());
      found.put(cell(one, "P75", "load_ms"), loads.p75());
      found.put(cell(one, "P90", "load_ms"), loads.p90());
      found.put(cell(one, "P95", "load_ms"), loads.p95());
      found.put(cell(one, "P99", "load_ms"), loads.p99());
      found.put(cell(one, "max", "load_ms"), loads.max());
    }
    return found;
  }

  private static PaperCell cell(PaperCase one, String x, String metric) {
    return new PaperCell("14", one.system(), x, metric);
  }
}
