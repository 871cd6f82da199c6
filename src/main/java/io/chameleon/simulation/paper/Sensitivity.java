package io.chameleon.simulation.paper;

import io.chameleon.simulation.Capacity;
import io.chameleon.simulation.paper.PaperSettings.Variation;
import io.chameleon.simulation.paper.PaperValues.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the headlines would be if what the paper leaves unsaid were otherwise: S-LoRA and Chameleon,
 * one thing changed at a time, for both alike.
 */
public final class Sensitivity {

  private static final Variation AS_SET = new Variation("as set", Map.of(), "our choice");

  private static final double NEAR_POINTS = 15;

  private static final double NEAR_SHARE = 0.15;

  /**
   * The headlines of one variation.
   *
   * @param variation what is changed
   * @param p99CutPercent of time to first token against S-LoRA, by load
   * @param p50CutPercent likewise of the median
   * @param baseline S-LoRA's throughput at the objective
   * @param chameleon Chameleon's
   * @param near the headlines that are near the paper's: cuts within 15 points, the ratio of the
   *     throughputs within 15 %
   */
  public record Row(
      Variation variation,
      Map<String, Double> p99CutPercent,
      Map<String, Double> p50CutPercent,
      Capacity baseline,
      Capacity chameleon,
      List<String> near) {

    /** Chameleon's throughput at the objective by S-LoRA's. */
    public double throughputRatio() {
      return chameleon.requestsPerSecond() / baseline.requestsPerSecond();
    }
  }

  private final PaperSettings settings;

  private final PaperRuns runs;

  private final PaperValues paper = PaperValues.load();

  private final LoadCurves curves;

  private final List<Double> loads;

  /** Of these settings; nothing is run yet. */
  public Sensitivity(PaperSettings settings, PaperRuns runs) {
    this.settings = settings;
    this.runs = runs;
    this.loads = settings.figures().sensitivityLoads();
    this.curves = new LoadCurves(settings.figures().withLoads(loads));
  }

  /** Makes the runs; the first row is the settings as they are. */
  public List<Row> rows() {
    List<Variation> all = Stream.concat(Stream.of(AS_SET), settings.variations().stream()).toList();
    runs.make(all.stream().flatMap(variation -> cases(variation).stream()).toList());
    return all.stream().map(this::row).toList();
  }

  private List<PaperCase> cases(Variation variation) {
    return Stream.of(LoadCurves.BASELINE, LoadCurves.CHAMELEON)
        .flatMap(system -> loads.stream().map(load -> new PaperCase(system, load, variation.set())))
        .toList();
  }

  private Row row(Variation variation) {
    Map<String, Double> p99 =
        curves.cuts(runs, LoadCurves.BASELINE, variation.set(), RunSummary::p99TtftMs);
    Map<String, Double> p50 =
        curves.cuts(runs, LoadCurves.BASELINE, variation.set(), RunSummary::p50TtftMs);
    Capacity baseline = curves.capacity(runs, LoadCurves.BASELINE, variation.set());
    Capacity chameleon = curves.capacity(runs, LoadCurves.CHAMELEON, variation.set());
    List<String> near = new ArrayList<>();
    near.addAll(nearCuts("P99", p99, "11", "p99_cut_percent"));
    near.addAll(nearCuts("P50", p50, "13", "p50_cut_percent"));
    double ratio = chameleon.requestsPerSecond() / baseline.requestsPerSecond();
    Value told =
        paper.of(new PaperCell("throughput", LoadCurves.CHAMELEON, "5 s", "ratio_to_s_lora"));
    if (told != null && Math.abs(ratio / told.number() - 1) <= NEAR_SHARE) {
      near.add("ratio");
    }
    return new Row(variation, p99, p50, baseline, chameleon, near);
  }

  private List<String> nearCuts(
      String name, Map<String, Double> cuts, String figure, String metric) {
    return cuts.entrySet().stream()
        .filter(cut -> {
          Value told = paper.of(new PaperCell(figure, LoadCurves.CHAMELEON, cut.getKey(), metric));
          return told != null && Math.abs(told.number() - cut.getValue()) <= NEAR_POINTS;
        })
        .map(cut -> "%s at %s".formatted(name, cut.getKey()))
        .toList();
  }
}
