package io.chameleon.simulation.paper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Fig. 17: P99 time to first token under three eviction policies, relative to S-LoRA's. */
final class EvictionFigure implements PaperFigure {

  private static final List<String> SYSTEMS =
      List.of("ch-lru", "ch-fairshare", LoadCurves.CHAMELEON);

  private final double load;

  EvictionFigure(FigureSettings settings) {
    this.load = settings.evictionLoad();
  }

  @Override
  public List<PaperCase> cases() {
    return Stream.concat(Stream.of(LoadCurves.BASELINE), SYSTEMS.stream())
        .map(system -> PaperCase.of(system, load))
        .toList();
  }

  @Override
  public Map<PaperCell, Double> measure(PaperRuns runs) {
    RunSummary baseline = runs.of(PaperCase.of(LoadCurves.BASELINE, load));
    Map<PaperCell, Double> found = new LinkedHashMap<>();
    for (String system : SYSTEMS) {
      RunSummary own = runs.of(PaperCase.of(system, load));
      new TreeMap<>(own.p99TtftByRankMs())
          .forEach((rank, p99) -> {
            Double before = baseline.p99TtftByRankMs().get(rank);
            if (before != null) {
              found.put(cell(system, "rank " + rank), p99 / before);
            }
          });
      found.put(cell(system, "all ranks"), own.p99TtftMs() / baseline.p99TtftMs());
    }
    return found;
  }

  private static PaperCell cell(String system, String x) {
    return new PaperCell("17", system, x, "p99_ttft_to_s_lora");
  }
}
