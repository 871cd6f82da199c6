package io.chameleon.simulation.paper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The evaluation of the paper, all its figures that one A40 can show. */
public final class PaperEvaluation {

  private final PaperSettings settings;

  private final PaperRuns runs;

  private final List<PaperFigure> figures;

  /** Of these settings; nothing is run yet. */
  public PaperEvaluation(PaperSettings settings, PaperRuns runs) {
    this.settings = settings;
    this.runs = runs;
    FigureSettings of = settings.figures();
    this.figures =
        List.of(
            new LoadCurves(of),
            new LoadingFigure(of),
            new QueueingFigure(of),
            new EvictionFigure(of),
            new BurstFigure(of),
            new AdaptersFigure(of),
            new AzureFigure(of),
            new StaticFigure(of));
  }

  /** Makes the runs and holds them against the paper. */
  public List<PaperRow> rows() {
    runs.make(figures.stream().flatMap(figure -> figure.cases().stream()).toList());
    Map<PaperCell, Double> ours = new LinkedHashMap<>();
    figures.forEach(figure -> ours.putAll(figure.measure(runs)));
    return new Judge(PaperValues.load(), ours).rows();
  }

  /** Makes the runs of the headlines, if they are not made. */
  public Headlines headlines() {
    LoadCurves curves = new LoadCurves(settings.figures());
    runs.make(curves.cases());
    return Headlines.of(curves, runs);
  }
}
