package io.chameleon.engine.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.cuda.Comparison.Region;
import io.chameleon.engine.cuda.Comparison.Use;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import java.util.BitSet;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each part of the step beside its twin, on the same random inputs. */
abstract class OperatorChecks {

  /**
   * Of a whole step, in which errors add up: where every number between two parts was off by up to
   * its last bit, at random, twins on the host gave 2.3e-2 at most.
   */
  private static final double WHOLE_BF16 = 5e-2;

  private static final double WHOLE_FP32 = 1e-4;

  /** Those of a stand, for a test that has them made one by one. */
  static OperatorChecks of(OperatorStand stand) {
    return new OperatorChecks() {
      @Override
      OperatorStand stand() {
        return stand;
      }
    };
  }

  /** What is checked. */
  abstract OperatorStand stand();

  private GpuModel model() {
    return stand().model;
  }

  private Activations on() {
    return model().activations();
  }

  private int layer() {
    return model().config().layers() - 1;
  }

  private GpuWeights.Layer weights() {
    return model().weights().layer(layer());
  }

  /** A step of so many single tokens. */
  private Step step(int rows, PartCheck check) {
    return Step.exactly(StepMix.decode(rows, 1, 5, 33).on(stand(), check.random));
  }

  static Stream<StepMix> contexts() {
    return StepMix.contexts();
  }

  static Stream<StepMix> fewContexts() {
    return StepMix.fewContexts();
  }

  static Stream<StepMix> adapters() {
    return StepMix.adapters();
  }

  static Stream<StepMix> whole() {
    return StepMix.whole();
  }

  static IntStream productRows() {
    return IntStream.concat(IntStream.rangeClosed(1, 9), IntStream.of(17, 64));
  }

  @ParameterizedTest(name = "{0} rows")
  @ValueSource(ints = {1, 3, 17, 64})
  void embed_ofRandomTokens_isAsItsTwin(int rows) {
    try (PartCheck check = new PartCheck(stand(), "embed", rows + " rows")) {
      Step step = step(rows, check);
      check.writes(on().residual, Region.rows(rows)).run(step, by -> by.embed(step));
    }
  }

  @ParameterizedTest(name = "{0} rows")
  @ValueSource(ints = {1, 3, 17, 64})
  void norm_ofRandomRows_isAsItsTwin(int rows) {
    try (PartCheck check = new PartCheck(stand(), "norm", rows + " rows")) {
      Step step = step(rows, check);
      check
          .given(on().residual, rows)
          .writes(on().residual, (row, column) -> Use.KEPT)
          .writes(on().normed, Region.rows(rows))
          .run(step, by -> by.norm(step, weights().mlpNorm()));
    }
  }

  @ParameterizedTest
  @MethodSource("fewContexts")
  void finalNorm_ofTheLastRows_isAsItsTwin(StepMix mix) {
    try (PartCheck check = new PartCheck(stand(), "finalNorm", mix.name())) {
      Step step = Step.exactly(mix.on(stand(), check.random));
      check
          .given(on().residual, step.filled())
          .writes(on().finals, Region.rows(step.wanted()))
          .run(step, by -> by.finalNorm(step, model().weights().norm()));
    }
  }

  @ParameterizedTest(name = "{0} rows")
  @MethodSource("productRows")
  void linear_ofRandomRows_isAsItsTwin(int rows) {
    GpuWeights.Layer of = weights();
    linear(new Product("qkv", on().normed, of.qkv(), on().qkv, false), rows);
    linear(new Product("output", on().attended, of.output(), on().residual, true), rows);
    linear(new Product("gateUp", on().normed, of.gateUp(), on().gateUp, false), rows);
    linear(new Product("down", on().gated, of.down(), on().residual, true), rows);
    linear(new Product("head", on().finals, model().weights().head(), on().logits, false), rows);
  }

  private record Product(
      String name, DeviceTensor from, DeviceTensor weight, DeviceTensor to, boolean accumulate) {}

  private void linear(Product of, int rows) {
    try (PartCheck check = new PartCheck(stand(), "linear", of.name + " of " + rows + " rows")) {
      Step step = step(rows, check);
      if (of.accumulate) {
        check.given(of.to, rows);
      }
      check
          .given(of.from, rows)
          .writes(of.to, Region.rows(rows))
          .run(step, by -> by.linear(of.from, of.weight, of.to, rows, of.accumulate));
    }
  }

  @ParameterizedTest(name = "{0} rows")
  @ValueSource(ints = {1, 3, 17, 64})
  void addBias_toRandomRows_isAsItsTwin(int rows) {
    DeviceTensor bias = weights().outputBias();
    DeviceTensor qkvBias = weights().qkvBias();
    assumeTrue(bias != null || qkvBias != null, "a model without biases");
    DeviceTensor added = bias == null ? Objects.requireNonNull(qkvBias) : bias;
    DeviceTensor to = bias == null ? on().qkv : on().residual;
    try (PartCheck check = new PartCheck(stand(), "addBias", rows + " rows")) {
      Step step = step(rows, check);
      check
          .given(to, rows)
          .writes(to, Region.rows(rows))
          .run(step, by -> by.addBias(step, to, added));
    }
  }

  @ParameterizedTest
  @MethodSource("fewContexts")
  void rope_ofRandomRows_isAsItsTwinInQueriesAndArena(StepMix mix) {
    rope(mix, UnaryOperator.identity());
  }

  /** With the step filled up: rows beyond its own are to be left alone, and write nothing. */
  final void rope(StepMix mix, UnaryOperator<Step> fill) {
    ModelConfig config = model().config();
    int queries = config.heads() * config.headSize();
    // The twin adds the bias in place to k and v too, where nobody reads them again.
    Use behind = config.qkvBias() ? Use.FREE : Use.KEPT;
    try (PartCheck check = new PartCheck(stand(), "rope", mix.name())) {
      Step step = Step.exactly(mix.on(stand(), check.random));
      Step filled = fill.apply(step);
      int rows = step.filled();
      check
          .given(on().qkv, rows)
          .writes(
              on().qkv,
              (row, column) -> row >= rows ? Use.KEPT : column < queries ? Use.WRITTEN : behind)
          .writes(model().arena().cells(), keysAndValues(step))
          .run(
              step,
              filled,
              by -> by.rope(step, layer()),
              () -> stand().operators.rope(filled, layer()));
    }
  }

  private Region keysAndValues(Step step) {
    BitSet cells = new BitSet();
    for (SequenceStep sequence : step.rows().steps()) {
      int first = sequence.kv().start() + sequence.position();
      cells.set(first, first + sequence.count());
    }
    long from = model().keyOffset(layer());
    long to = model().keyOffset(layer() + 1);
    return (row, column) ->
        cells.get((int) row) && column >= from && column < to ? Use.WRITTEN : Use.KEPT;
  }

  @ParameterizedTest
  @MethodSource("contexts")
  void attention_overRandomRuns_isAsItsTwin(StepMix mix) {
    try (PartCheck check = new PartCheck(stand(), "attention", mix.name())) {
      Step step = Step.exactly(mix.on(stand(), check.random));
      check
          .given(on().qkv, step.filled())
          .keysAndValues(step.rows(), layer(), true)
          .writes(on().qkv, (row, column) -> Use.KEPT)
          .writes(on().attended, Region.rows(step.filled()))
          .run(step, by -> by.attention(step, layer()));
    }
  }

  @ParameterizedTest(name = "{0} rows")
  @ValueSource(ints = {1, 3, 17, 64})
  void gate_ofRandomRows_isAsItsTwin(int rows) {
    try (PartCheck check = new PartCheck(stand(), "gate", rows + " rows")) {
      Step step = step(rows, check);
      check
          .given(on().gateUp, rows)
          .writes(on().gated, Region.rows(rows))
          .run(step, by -> by.gate(step, weights()));
    }
  }

  @ParameterizedTest
  @MethodSource("adapters")
  void lora_ofMixedRanks_isAsItsTwinAtEachSite(StepMix mix) {
    for (LoraSite site : LoraSite.values()) {
      try (PartCheck check = new PartCheck(stand(), "lora", mix.name() + " at " + site)) {
        Step step = Step.exactly(mix.on(stand(), check.random));
        BitSet having = having(step.rows(), site);
        if (having.isEmpty()) {
          continue;
        }
        check
            .given(model().inputOf(site), step.filled())
            .given(model().outputOf(site), step.filled())
            .adapters()
            .writes(
                model().outputOf(site),
                (row, column) -> having.get((int) row) ? Use.WRITTEN : Use.KEPT)
            .run(step, by -> by.lora(step, layer(), site));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("adapters")
  void loraAndRope_ofMixedRanks_isAsItsTwinInQueriesAndArena(StepMix mix) {
    ModelConfig config = model().config();
    int queries = config.heads() * config.headSize();
    try (PartCheck check = new PartCheck(stand(), "loraAndRope", mix.name())) {
      Step step = Step.exactly(mix.on(stand(), check.random));
      int rows = step.filled();
      check
          .given(on().normed, rows)
          .given(on().qkv, rows)
          .adapters()
          .writes(
              on().qkv,
              (row, column) -> row >= rows ? Use.KEPT : column < queries ? Use.WRITTEN : Use.FREE)
          .writes(model().arena().cells(), keysAndValues(step))
          .run(step, by -> by.loraAndRope(step, layer()));
    }
  }

  /** Rows whose adapter has modules of a site. */
  private static BitSet having(StepRows rows, LoraSite site) {
    BitSet having = new BitSet();
    for (StepRows.Segment segment : rows.segments()) {
      if (segment.adapter().rows(site.group()) != null) {
        having.set(segment.first(), segment.end());
      }
    }
    return having;
  }

  @ParameterizedTest
  @MethodSource("whole")
  void wholeStep_ofAllParts_givesTheTwinsLogits(StepMix mix) {
    try (PartCheck check = new PartCheck(stand(), "whole step", mix.name())) {
      Step step = Step.exactly(mix.on(stand(), check.random));
      whole(check, step.rows()).run(step, by -> new DecoderStep(model(), by).run(step));
    }
  }

  /** Fills in what a whole step begins with, and says what it gives. */
  final PartCheck whole(PartCheck check, StepRows rows) {
    for (int i = 0; i < model().config().layers(); i++) {
      check.keysAndValues(rows, i, false);
    }
    return check
        .adapters()
        .writes(on().logits, (row, column) -> row < rows.wanted() ? Use.WRITTEN : Use.FREE)
        .within(model().model().numbers() == ElementType.BF16 ? WHOLE_BF16 : WHOLE_FP32);
  }
}
