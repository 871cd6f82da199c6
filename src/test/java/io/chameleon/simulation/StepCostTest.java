package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.RowRange;
import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import io.chameleon.memory.CellRun;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepCostTest {

  /** Half a nanosecond. */
  private static final Offset<Double> ROUNDED = within(5e-7);

  private static final StepCost.Prefill PREFILL = new StepCost.Prefill(20, 0.5, 0.01, 0.001);

  private static final StepCost.Decode DECODE = new StepCost.Decode(30, 2, 0.1, 0.25);

  private static final ResidentAdapter EIGHT =
      new ResidentAdapter("eight", 1, new RowRange(0, 8), null);

  private static final ResidentAdapter SIXTEEN =
      new ResidentAdapter("sixteen", 1, new RowRange(5_000, 4), new RowRange(0, 16));

  private static final ResidentAdapter MLP =
      new ResidentAdapter("mlp", 1, null, new RowRange(16, 4));

  private static SequenceStep step(int position, int count, @Nullable ResidentAdapter adapter) {
    int[] tokens = new int[position + count];
    CellRun kv = new CellRun(0, position + count);
    return new SequenceStep(tokens, position, count, position, kv, adapter, null);
  }

  /** 100 tokens of rank 8 from 0, 50 base tokens from 20, a prompt of one token of rank 4. */
  private static final List<SequenceStep> PREFILLS =
      List.of(step(0, 100, EIGHT), step(20, 50, null), step(0, 1, MLP));

  private static final List<SequenceStep> DECODES =
      List.of(
          step(40, 1, EIGHT),
          step(60, 1, EIGHT),
          step(7, 1, SIXTEEN),
          step(3, 1, MLP),
          step(90, 1, null));

  private static final double PREFILL_MS =
      0.5 * 151 + 0.01 * (100 * 8 + 4) + 0.001 * (5_050 + 50 * 20 + 1_275 + 1);

  private static final double DECODE_MS =
      2 * 5 + 0.1 * (40 + 60 + 7 + 3 + 90) + 0.25 * (8 + 16 + 4);

  private static double ms(StepCost cost, List<SequenceStep> steps) {
    return cost.nanos(new BatchLoad().of(new Batch(steps))) / 1e6;
  }

  private static List<SequenceStep> mixed() {
    return Stream.of(DECODES, PREFILLS).flatMap(List::stream).toList();
  }

  @Test
  void nanos_ofPrefillAlone_isItsOwnCost() {
    StepCost cost = new StepCost(PREFILL, DECODE, 0);

    assertThat(ms(cost, PREFILLS)).isCloseTo(20 + PREFILL_MS, ROUNDED);
  }

  @Test
  void nanos_ofDecodeAlone_countsEachAdapterOnce() {
    StepCost cost = new StepCost(PREFILL, DECODE, 0);

    assertThat(ms(cost, DECODES)).isCloseTo(30 + DECODE_MS, ROUNDED);
  }

  @Test
  void nanos_ofBothInOnePass_paysTheLargerFixedCost() {
    StepCost cost = new StepCost(PREFILL, DECODE, 1.5);

    assertThat(ms(cost, mixed())).isCloseTo(1.5 + 30 + PREFILL_MS + DECODE_MS, ROUNDED);
  }

  @Test
  void nanos_whereEachSequenceTakesTimeAroundAStep_countsThoseThatDecode() {
    StepCost cost = new StepCost(PREFILL, DECODE, new StepCost.Around(1.5, 0.25, 3, 0.5));

    assertThat(ms(cost, DECODES)).isCloseTo(1.5 + 0.25 * DECODES.size() + 30 + DECODE_MS, ROUNDED);
    assertThat(ms(cost, mixed()))
        .isCloseTo(4.5 + 0.75 * DECODES.size() + 30 + PREFILL_MS + DECODE_MS, ROUNDED);
    assertThat(ms(cost, PREFILLS)).as("none decodes").isCloseTo(4.5 + 20 + PREFILL_MS, ROUNDED);
  }

  @Test
  void tokens_beyondTheRidge_costMore_whetherPromptsOrDecodes() {
    StepCost.Prefill ridged =
        new StepCost.Prefill(20, 0.5, 0.01, 0.001, 0, new StepCost.Ridge(12, 0.25));
    StepCost cost = new StepCost(ridged, DECODE, 0);
    StepCost plain = new StepCost(PREFILL, DECODE, 0);

    for (StepLoad below :
        List.of(new StepLoad(12, 0, 78, 0, 0, 0), new StepLoad(7, 0, 28, 5, 9, 0))) {
      assertThat(cost.engineMs(below)).isEqualTo(plain.engineMs(below));
    }
    StepLoad beyond = new StepLoad(10, 80, 55, 6, 30, 24);
    assertThat(cost.engineMs(beyond) - plain.engineMs(beyond)).isCloseTo(4 * 0.25, ROUNDED);
    assertThat(ridged.alone(15, 8) - PREFILL.alone(15, 8)).isCloseTo(3 * 0.25, ROUNDED);
  }

  @Test
  void prefill_besideRanksThatDecode_costsWhatAProductOverThemTakes() {
    StepLoad load = new StepLoad(10, 80, 55, 3, 30, 24);
    StepCost.Prefill masked = new StepCost.Prefill(20, 0.5, 0.01, 0.001, 0.02, StepCost.Ridge.NONE);

    double more =
        new StepCost(masked, DECODE, 0).engineMs(load)
            - new StepCost(PREFILL, DECODE, 0).engineMs(load);

    assertThat(more).as("10 tokens times 24 ranks").isCloseTo(0.02 * 240, ROUNDED);
  }

  @Test
  void load_ofOneBatchAfterTheOther_remembersNothing() {
    BatchLoad load = new BatchLoad();
    StepLoad first = load.of(new Batch(DECODES));
    load.of(new Batch(PREFILLS));

    assertThat(load.of(new Batch(DECODES))).isEqualTo(first);
    assertThat(first).isEqualTo(new StepLoad(0, 0, 0, 5, 200, 28));
  }

  @Test
  void alone_ofAPrompt_isWhatItsStepTakes() {
    StepCost cost = new StepCost(PREFILL, DECODE, 0);

    assertThat(PREFILL.alone(100, 8)).isEqualTo(ms(cost, List.of(step(0, 100, EIGHT))));
  }

  @Test
  void cost_below0_isRefused() {
    assertThatThrownBy(() -> new StepCost.Decode(1, -0.5, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a cost of -0.5 ms; it must be at least 0");
  }
}
