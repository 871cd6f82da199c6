package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.scheduling.SchedulingLimits;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A profile as the YAML that {@code simulate --profile} reads. */
final class ProfileText {

  private static final int ELEMENT_BYTES = 4;

  private final StringBuilder text = new StringBuilder();

  private ProfileText() {}

  /**
   * Writes it down.
   *
   * @param head lines of its comment
   * @param modules what adapters have
   * @param cells size of the arena
   * @param fit what was measured
   */
  static String of(
      List<String> head, ModelConfig model, List<LinearModule> modules, int cells, Costs fit) {
    ProfileText made = new ProfileText();
    head.forEach(each -> made.line("# %s", each));
    made.model(model, modules);
    made.line("cells: %d", cells);
    made.costs(fit);
    made.limits(fit.limits());
    return made.text.toString();
  }

  /**
   * What was measured of a service.
   *
   * @param steps costs of a step
   * @param schedulingMs around each step
   * @param link from host memory
   * @param limits of a step, as they were
   */
  record Costs(StepFit steps, double schedulingMs, LinkFit link, SchedulingLimits limits) {}

  private void model(ModelConfig model, List<LinearModule> modules) {
    line("model:");
    line("  layers: %d", model.layers());
    line("  hidden-size: %d", model.hiddenSize());
    line("  heads: %d", model.heads());
    line("  kv-heads: %d", model.kvHeads());
    line("  head-size: %d", model.headSize());
    line("  intermediate-size: %d", model.intermediateSize());
    line("  vocabulary-size: %d", model.vocabularySize());
    line("  context-length: %d", model.contextLength());
    line("  element-bytes: %d", ELEMENT_BYTES);
    line(
        "  adapter-modules: [%s]",
        modules.stream().map(LinearModule::name).collect(Collectors.joining(", ")));
  }

  /** A step is one pass, so its fixed cost is the same whatever it is of. */
  private void costs(Costs fit) {
    StepFit steps = fit.steps();
    line("scheduling-ms: %s", number(fit.schedulingMs()));
    line("prefill:");
    line("  fixed-ms: %s", number(steps.cost(StepFit.FIXED)));
    line("  per-token-ms: %s", number(steps.cost(StepFit.PER_TOKEN)));
    line("  per-token-rank-ms: %s", number(steps.cost(StepFit.PER_TOKEN_RANK)));
    line("  per-pair-ms: %s", number(steps.cost(StepFit.PER_PAIR)));
    line("  per-token-decode-rank-ms: %s", number(steps.cost(StepFit.PER_TOKEN_DECODE_RANK)));
    line("decode:");
    line("  fixed-ms: %s", number(steps.cost(StepFit.FIXED)));
    line("  per-row-ms: %s", number(steps.cost(StepFit.PER_ROW)));
    line("  per-context-token-ms: %s", number(steps.cost(StepFit.PER_CONTEXT_TOKEN)));
    line("  per-rank-ms: %s", number(steps.cost(StepFit.PER_RANK)));
    line("link:");
    line("  bytes-per-second: %s", number(fit.link().bytesPerSecond()));
    line("  latency-ms: %s", number(fit.link().latencyMs()));
    line("  slowdown: 0");
  }

  private void limits(SchedulingLimits limits) {
    line("limits:");
    line("  max-batch-tokens: %d", limits.maxBatchTokens());
    line("  max-sequences: %d", limits.maxSequences());
    line("  prefill-chunk: %d", limits.prefillChunk());
    line("  output-reservation: %d", limits.growthCells());
    line("  separate-passes: %s", limits.separatePasses());
  }

  /** Five significant digits, without an exponent that YAML would read as text. */
  private static String number(double value) {
    return new BigDecimal(value).round(new MathContext(5)).stripTrailingZeros().toPlainString();
  }

  @FormatMethod
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
