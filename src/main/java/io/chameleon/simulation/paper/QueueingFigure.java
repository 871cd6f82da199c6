package io.chameleon.simulation.paper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fig. 16: mean time in the queue by size of the request. */
final class QueueingFigure implements PaperFigure {

  private static final double MS_PER_SECOND = 1000;

  private static final List<String> SYSTEMS =
      List.of(LoadCurves.BASELINE, "s-lora-sjf", LoadCurves.CHAMELEON);

  private final double load;

  QueueingFigure(FigureSettings settings) {
    this.load = settings.queueingLoad();
  }

  @Override
  public List<PaperCase> cases() {
    return SYSTEMS.stream().map(system -> PaperCase.of(system, load)).toList();
  }

  @Override
  public Map<PaperCell, Double> measure(PaperRuns runs) {
    Map<PaperCell, Double> found = new LinkedHashMap<>();
    for (PaperCase one : cases()) {
      List<Double> queueing = runs.of(one).queueing();
      for (int i = 0; i < queueing.size(); i++) {
        found.put(
            new PaperCell("16", one.system(), RequestClasses.NAMES.get(i), "mean_queue_s"),
            queueing.get(i) / MS_PER_SECOND);
      }
    }
    return found;
  }
}
