package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.workload.RequestLengths;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class StepFitTest {

  private static final long SEED = 20261201;

  private static final double FIXED = 3.5;

  private static final double PER_TOKEN = 0.25;

  private static final double PER_TOKEN_RANK = 0.0005;

  private static final double PER_PAIR = 0.0001;

  private static final double PER_ROW = 0.35;

  private static final double PER_CONTEXT_TOKEN = 0.0007;

  private static final double PER_RANK = 0.005;

  private static final double PER_TOKEN_DECODE_RANK = 0.0004;

  @Test
  void totals_ofARequest_areWhatTheEngineIsFed() {
    PhaseTotals totals = PhaseTotals.empty("one").plus(new RequestLengths(3, 3), 8);

    assertThat(totals.prefillTokens()).isEqualTo(3);
    assertThat(totals.prefillTokenRanks()).isEqualTo(24);
    assertThat(totals.prefillPairs()).as("1 + 2 + 3").isEqualTo(6);
    assertThat(totals.decodeRows()).as("the last token is not fed").isEqualTo(2);
    assertThat(totals.contextTokens()).as("3 + 4").isEqualTo(7);
    assertThat(totals.rankSum()).isEqualTo(16);
    assertThat(totals.measured(new StepReading(3, 30, 1, 3, 5)).chunks()).isEqualTo(1);
    assertThatThrownBy(() -> totals.measured(new StepReading(4, 30, 1, 4, 6)))
        .hasMessageContaining("was fed 6 tokens; its requests have 3 prompt and 2 more");
  }

  @Test
  void costs_ofExactPhases_areFoundAgain() {
    List<PhaseTotals> phases = phases(StepFitTest::ms);

    StepFit fit = StepFit.of(StepFit.PROFILE, phases);

    assertThat(fit.cost(StepFit.FIXED)).isCloseTo(FIXED, within(1e-6));
    assertThat(fit.cost(StepFit.PER_TOKEN)).isCloseTo(PER_TOKEN, within(1e-6));
    assertThat(fit.cost(StepFit.PER_TOKEN_RANK)).isCloseTo(PER_TOKEN_RANK, within(1e-6));
    assertThat(fit.cost(StepFit.PER_PAIR)).isCloseTo(PER_PAIR, within(1e-6));
    assertThat(fit.cost(StepFit.PER_ROW)).isCloseTo(PER_ROW, within(1e-6));
    assertThat(fit.cost(StepFit.PER_CONTEXT_TOKEN)).isCloseTo(PER_CONTEXT_TOKEN, within(1e-6));
    assertThat(fit.cost(StepFit.PER_RANK)).isCloseTo(PER_RANK, within(1e-6));
    assertThat(fit.cost(StepFit.PER_TOKEN_DECODE_RANK))
        .isCloseTo(PER_TOKEN_DECODE_RANK, within(1e-6));
    assertThat(fit.error(phases)).isLessThan(1e-6);
  }

  @Test
  void costs_ofNoisyPhases_areNearAndNeverNegative() {
    Random noise = new Random(SEED);
    List<PhaseTotals> phases =
        phases(totals ->
            (ms(totals) - PER_PAIR * totals.prefillPairs()) * (1 + 0.05 * noise.nextGaussian()));

    StepFit fit = StepFit.of(StepFit.PROFILE, phases);

    assertThat(fit.costs()).as("seed %d", SEED).allMatch(cost -> cost >= 0);
    assertThat(fit.cost(StepFit.FIXED)).isCloseTo(FIXED, within(0.5));
    assertThat(fit.cost(StepFit.PER_TOKEN)).isCloseTo(PER_TOKEN, within(0.03));
    assertThat(fit.error(phases)).isLessThan(0.06);
  }

  @Test
  void termThatIsMissing_isShownByTheErrorWithoutIt() {
    StepFit.Term chunks = StepFit.MISSING.getFirst();
    List<PhaseTotals> phases =
        phases(totals -> ms(totals) + 2 * chunks.amount().applyAsDouble(totals));

    StepFit with = StepFit.with(chunks, phases);

    assertThat(with.cost(chunks)).isCloseTo(2, within(1e-6));
    assertThat(with.error(phases)).isLessThan(1e-6);
    assertThat(StepFit.of(StepFit.PROFILE, phases).error(phases)).isGreaterThan(0.005);
  }

  @Test
  void link_ofTwoRanks_hasLatencyAndRate() {
    LinkFit fit =
        LinkFit.of(
            List.of(new LinkFit.Point(16, 1_000_000, 1.5), new LinkFit.Point(32, 2_000_000, 2)));

    assertThat(fit.latencyMs()).isCloseTo(1, within(1e-9));
    assertThat(fit.bytesPerSecond()).isCloseTo(2e9, within(1.0));
    assertThat(fit.ms(3_000_000)).isCloseTo(2.5, within(1e-9));
  }

  @Test
  void link_withoutLatency_goesThroughNothing() {
    LinkFit fit =
        LinkFit.of(
            List.of(new LinkFit.Point(16, 1_000_000, 1), new LinkFit.Point(32, 2_000_000, 2.2)));

    assertThat(fit.latencyMs()).isZero();
    assertThat(fit.bytesPerSecond()).isCloseTo(0.95e9, within(0.05e9));
  }

  private static double ms(PhaseTotals totals) {
    return FIXED * totals.reading().steps()
        + PER_TOKEN * totals.prefillTokens()
        + PER_TOKEN_RANK * totals.prefillTokenRanks()
        + PER_PAIR * totals.prefillPairs()
        + PER_ROW * totals.decodeRows()
        + PER_CONTEXT_TOKEN * totals.contextTokens()
        + PER_RANK * totals.rankSum()
        + PER_TOKEN_DECODE_RANK * totals.tokenDecodeRanks();
  }

  /** Phases of random requests, whose steps together took so many milliseconds. */
  private static List<PhaseTotals> phases(ToDoubleFunction<PhaseTotals> engineMs) {
    Random random = new Random(SEED);
    List<PhaseTotals> phases = new ArrayList<>();
    for (int number = 0; number < 40; number++) {
      int input = 1 + random.nextInt(number % 2 == 0 ? 700 : 40);
      int output = 1 + random.nextInt(80);
      int rank = 16 * random.nextInt(3);
      int requests = 1 + random.nextInt(20);
      PhaseTotals totals = PhaseTotals.empty("phase " + number);
      for (int i = 0; i < requests; i++) {
        totals = totals.plus(new RequestLengths(input, output), rank);
      }
      double chunks = requests * (1 + random.nextInt(6));
      double steps = chunks + totals.decodeRows() / (1 + random.nextInt(8));
      double rows = totals.decodeRows() + chunks;
      double tokens = totals.prefillTokens() + totals.decodeRows();
      PhaseTotals beside = totals.beside(input * requests * random.nextInt(100));
      PhaseTotals counted = beside.measured(new StepReading(steps, 1, 0, rows, tokens));
      StepReading timed = new StepReading(steps, engineMs.applyAsDouble(counted), 0, rows, tokens);
      phases.add(beside.measured(timed));
    }
    return phases;
  }
}
