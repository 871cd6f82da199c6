package io.chameleon.admission.prediction;

import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.prediction.AdapterLengths.Lengths;
import io.chameleon.request.InferenceRequest;
import org.jspecify.annotations.Nullable;

/**
 * Predicts from the outputs that each adapter had: tasks have lengths of their own. What is known
 * of an adapter is mixed with what is known of all, which counts for less the more there is of its
 * own; and that with the assumption that outputs run to their limits. {@link #predict} is the
 * length that the wanted share of outputs does not exceed, held to that by {@link CoverageControl}.
 * Any thread may ask; one thread at a time may tell what finished.
 */
public final class HistoryPredictor implements OutputLengthPredictor {

  /** All adapters together change more slowly than one. */
  private static final int WINDOWS_OF_ALL = 10;

  private static final String BASE_MODEL = "";

  private final double priorWeight;

  private final double keepOfAdapter;

  private final double keepOfAll;

  private final CoverageControl coverage;

  private final AdapterLengths adapters;

  private volatile Lengths all = new Lengths(LengthCounts.NONE, SurvivalCurve.ENDLESS);

  /** Makes a predictor that knows nothing yet. */
  public HistoryPredictor(HistorySettings settings) {
    this.priorWeight = settings.priorWeight();
    this.keepOfAdapter = keep(settings.window());
    this.keepOfAll = keep((double) settings.window() * WINDOWS_OF_ALL);
    this.coverage = new CoverageControl(settings.coverage(), settings.calibrationRate());
    this.adapters = new AdapterLengths(settings.adapters());
  }

  @Override
  public int predict(InferenceRequest request) {
    return curve(request).quantile(coverage.level(), request.maxTokens());
  }

  @Override
  public void finished(InferenceRequest request, int outputTokens) {
    coverage.observe(outputTokens, predict(request));
    boolean cut = outputTokens >= request.maxTokens();
    all = learn(all, outputTokens, cut, keepOfAll, SurvivalCurve.ENDLESS);
    String adapter = key(request);
    Lengths own = adapters.find(adapter);
    Lengths before = own == null ? new Lengths(LengthCounts.NONE, all.curve()) : own;
    adapters.put(adapter, learn(before, outputTokens, cut, keepOfAdapter, all.curve()));
  }

  /** The share of late outputs that were no longer than predicted, 0 to 1. */
  public double measuredCoverage() {
    return coverage.covered();
  }

  /** Adapters that are remembered; the base model counts as one. */
  public int rememberedAdapters() {
    return adapters.size();
  }

  private Lengths learn(Lengths before, int tokens, boolean cut, double keep, SurvivalCurve prior) {
    LengthCounts counts = before.counts().plus(tokens, cut, keep);
    return new Lengths(counts, counts.curve(prior, priorWeight));
  }

  private SurvivalCurve curve(InferenceRequest request) {
    @Nullable Lengths own = adapters.find(key(request));
    return own == null ? all.curve() : own.curve();
  }

  private static String key(InferenceRequest request) {
    String adapter = request.adapter();
    return adapter == null ? BASE_MODEL : adapter;
  }

  private static double keep(double window) {
    return Math.exp(-1 / window);
  }
}
