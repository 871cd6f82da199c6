package io.chameleon.simulation.paper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Fig. 20: more adapters, and how they are asked for. The power law of its left half is one over
 * ranks and within them (P-P): its numbers at 100 adapters are those of P-P in the right half.
 */
final class AdaptersFigure implements PaperFigure {

  private static final double MS_PER_SECOND = 1000;

  private static final String DEFAULT_ADAPTERS = "100";

  private static final List<String> SYSTEMS = List.of(LoadCurves.BASELINE, LoadCurves.CHAMELEON);

  /** How ranks, and adapters of a rank, are asked for. */
  private enum Popularity {
    UNIFORM("U-U", "uniform", "uniform"),
    MIXED("U-P", "uniform", "power"),
    POWER("P-P", "power", "power");

    private final String label;
    private final String acrossRanks;
    private final String withinRank;

    Popularity(String label, String acrossRanks, String withinRank) {
      this.label = label;
      this.acrossRanks = acrossRanks;
      this.withinRank = withinRank;
    }
  }

  private final FigureSettings settings;

  AdaptersFigure(FigureSettings settings) {
    this.settings = settings;
  }

  @Override
  public List<PaperCase> cases() {
    return SYSTEMS.stream()
        .flatMap(system -> Stream.concat(byCount(system), byPopularity(system)))
        .toList();
  }

  private Stream<PaperCase> byCount(String system) {
    return settings.adapters().stream()
        .flatMap(count ->
            Stream.of(Popularity.UNIFORM, Popularity.POWER)
                .map(law -> one(system, law, count.toString())));
  }

  private Stream<PaperCase> byPopularity(String system) {
    return Stream.of(Popularity.values()).map(law -> one(system, law, DEFAULT_ADAPTERS));
  }

  @Override
  public Map<PaperCell, Double> measure(PaperRuns runs) {
    Map<PaperCell, Double> found = new LinkedHashMap<>();
    for (String system : SYSTEMS) {
      for (int count : settings.adapters()) {
        String adapters = Integer.toString(count);
        found.put(
            cell(system, adapters, "p99_ttft_uniform_s"),
            p99Ms(runs, system, Popularity.UNIFORM, adapters) / MS_PER_SECOND);
        found.put(
            cell(system, adapters, "p99_ttft_power_s"),
            p99Ms(runs, system, Popularity.POWER, adapters) / MS_PER_SECOND);
      }
      for (Popularity law : Popularity.values()) {
        found.put(
            cell(system, law.label, "p99_ttft_to_uniform_s_lora"),
            p99Ms(runs, system, law, DEFAULT_ADAPTERS)
                / p99Ms(runs, LoadCurves.BASELINE, Popularity.UNIFORM, DEFAULT_ADAPTERS));
      }
    }
    return found;
  }

  private double p99Ms(PaperRuns runs, String system, Popularity law, String adapters) {
    return runs.of(one(system, law, adapters)).p99TtftMs();
  }

  private PaperCase one(String system, Popularity law, String adapters) {
    return new PaperCase(
        system,
        settings.adaptersLoad(),
        Map.of(
            "workload.adapters", adapters,
            "workload.across-ranks", law.acrossRanks,
            "workload.within-rank", law.withinRank));
  }

  private static PaperCell cell(String system, String x, String metric) {
    return new PaperCell("20", system, x, metric);
  }
}
