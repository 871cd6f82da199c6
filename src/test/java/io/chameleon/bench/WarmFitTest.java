package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.simulation.StepCost;
import io.chameleon.simulation.StepLoad;
import io.chameleon.simulation.StepRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class WarmFitTest {

  private static final long SEED = 20261201;

  private static final int STEPS = 2000;

  private static final List<WarmFit.Kind> SEEN = List.of(new WarmFit.Kind("decode only", 1, 0, 0));

  private static final StepCost GIVEN =
      new StepCost(
          new StepCost.Prefill(2.8, 0.019, 0.000018, 0.000003),
          new StepCost.Decode(4.1, 0.0046, 0.00013, 0.00077),
          0.2);

  /** Prefill pays the larger fixed cost, unlike in what is given. */
  private static final StepCost TRUE =
      new StepCost(
          new StepCost.Prefill(6.5, 0.024, 0.00003, 0.00001),
          new StepCost.Decode(4.5, 0.01, 0.0002, 0.0012),
          new StepCost.Around(0.35, 0.004, 0, 0));

  @Test
  void costs_ofExactSteps_areFoundAgain() {
    WarmFit fit = WarmFit.of(GIVEN, new LiveSteps(steps(TRUE, 128, 1)));

    assertSame(fit.fitted(), TRUE);
    assertThat(fit.fitted().around().ms()).isCloseTo(0.35, within(1e-5));
    assertThat(fit.fitted().around().perRowMs()).isCloseTo(0.004, within(1e-7));
    assertThat(fit.fitted().prefill().perTokenDecodeRank()).as("not in the profile").isZero();
    assertThat(fit.kinds())
        .extracting(WarmFit.Kind::name)
        .containsExactly("decode only", "with prefill");
    assertThat(fit.kinds()).allMatch(kind -> kind.steps() > 100 && kind.fittedError() < 0.005);
    assertThat(fit.kinds()).allMatch(kind -> kind.givenError() > 0.08);
  }

  @Test
  void costs_whereDecodePaysTheLargerFixedCost_areFoundAgain() {
    StepCost cost =
        new StepCost(
            new StepCost.Prefill(3.5, 0.024, 0.00003, 0.00001),
            new StepCost.Decode(5.5, 0.01, 0.0002, 0.0012),
            0.35);

    assertSame(WarmFit.of(GIVEN, new LiveSteps(steps(cost, 128, 1))).fitted(), cost);
  }

  @Test
  void costBeyondTheRidge_ofExactSteps_isFoundAgainWhereTheProfileHasARidge() {
    StepCost given = beyond(GIVEN, new StepCost.Ridge(190, 0.004));
    StepCost cost = beyond(TRUE, new StepCost.Ridge(190, 0.009));

    WarmFit fit = WarmFit.of(given, new LiveSteps(steps(cost, 128, 1)));

    assertThat(fit.fitted().prefill().ridge().tokens()).isEqualTo(190);
    assertNear(fit.fitted().prefill().ridge().perTokenBeyond(), 0.009);
    assertSame(fit.fitted(), cost);
    assertThat(WarmFit.of(GIVEN, new LiveSteps(steps(cost, 128, 1))).fitted().prefill().ridge())
        .as("a profile without a ridge")
        .isEqualTo(StepCost.Ridge.NONE);
  }

  private static StepCost beyond(StepCost of, StepCost.Ridge ridge) {
    StepCost.Prefill prefill = of.prefill();
    return new StepCost(
        new StepCost.Prefill(
            prefill.fixedMs(),
            prefill.perToken(),
            prefill.perTokenRank(),
            prefill.perPair(),
            0,
            ridge),
        of.decode(),
        of.around());
  }

  @Test
  void costs_ofNoisySteps_areNearAndNeverNegative() {
    StepCost cost = new StepCost(TRUE.prefill(), new StepCost.Decode(4.5, 0, 0.0002, 0.0012), 0.35);

    WarmFit fit = WarmFit.of(GIVEN, new LiveSteps(steps(cost, 128, 1, 0.1)));

    assertThat(fit.fitted().decode().perRow()).as("seed %d", SEED).isBetween(0.0, 0.01);
    assertThat(fit.fitted().decode().fixedMs()).isCloseTo(4.5, within(0.3));
    assertThat(fit.fitted().prefill().fixedMs()).isCloseTo(6.5, within(1.0));
    assertThat(fit.kinds()).allMatch(kind -> kind.fittedError() < 0.13);
  }

  @Test
  void termThatCannotBeTold_staysAsTheProfileHasIt() {
    WarmFit fit = WarmFit.of(GIVEN, new LiveSteps(steps(TRUE, 0, 1)));

    assertThat(fit.fitted().prefill().perTokenRank())
        .as("no step has an adapter")
        .isCloseTo(GIVEN.prefill().perTokenRank(), Percentage.withPercentage(1e-4));
    assertThat(fit.fitted().decode().perRank())
        .isCloseTo(GIVEN.decode().perRank(), Percentage.withPercentage(1e-4));
    assertThat(fit.fitted().prefill().fixedMs()).isCloseTo(6.5, within(0.1));
  }

  @Test
  void costs_withoutAStep_areTheProfiles() {
    WarmFit fit = WarmFit.of(GIVEN, new LiveSteps(List.of()));

    assertThat(fit.fitted()).isEqualTo(GIVEN);
    assertThat(fit.source()).contains("no step of a warmed-up service was seen");
  }

  @Test
  void warmPhase_isWithoutWhatWasBeforeItsTimeOrCameAfterItWasRead(@TempDir Path folder)
      throws Exception {
    List<StepRecord> cold = steps(TRUE, 128, 3).subList(0, 100);
    List<StepRecord> warm = steps(TRUE, 128, 1);
    long coldNanos = cold.getLast().endNanos() - cold.getFirst().startNanos();
    Path log = folder.resolve("steps.csv");
    List<String> lines = new ArrayList<>(List.of("1,900000000,48,0,1176,0,0,0"));
    append(lines, cold, 1_000_000_000L);
    append(lines, warm, 1_000_000_001L + coldNanos);
    Files.write(log, lines);
    WarmFit fit = WarmFit.of(GIVEN, LiveSteps.read(log, 1).after((coldNanos + 1) / 1e9));
    append(lines, steps(TRUE, 128, 5), 100_000_000_000L);
    Files.write(log, lines);

    assertThat(fit.kinds().stream().mapToInt(WarmFit.Kind::steps).sum()).isEqualTo(STEPS);
    assertSame(fit.fitted(), TRUE);
    assertThat(LiveSteps.read(log, 1 + 100 + STEPS).steps()).hasSize(STEPS);
  }

  @Test
  void report_saysBothCostsAndWhichWereSimulated(@TempDir Path folder) throws Exception {
    WarmFit fit = WarmFit.of(GIVEN, new LiveSteps(steps(TRUE, 128, 1)));
    ServedTimes.Figures figures = new ServedTimes.Figures(500, 100, 200, 10, 20, 600);
    LivePoint point = new LivePoint("fifo", 10, figures, figures, 0, 0.5);
    LivePaperReport report =
        new LivePaperReport(List.of(point), 1000, WarmFits.NONE.with("fifo", fit));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();

    report.print(new PrintStream(printed, true, StandardCharsets.UTF_8));

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains(
            "each policy's own step costs, fifo: step costs fitted to 2000 steps before the first");
    assertThat(fit.lines())
        .anyMatch(line -> line.matches(" +prefill.fixed-ms +6\\.[45].*, +2.80000000 by the.*"))
        .anyMatch(line -> line.contains("with prefill: off by 0."));
    assertThat(
            JsonMapper.shared()
                .readTree(Files.readString(report.write(folder)))
                .at("/fits/byPolicy/fifo/given/decode/fixedMs")
                .asDouble())
        .isEqualTo(4.1);
  }

  @Test
  void fits_ofTwoPolicies_giveEachItsStepsAndBothTheLeastTimeAroundThem() {
    StepCost waits = TRUE.with(new StepCost.Around(0.35, 0.004, 6, 0));
    StepCost dearer = GIVEN.with(new StepCost.Around(0.3, 0, 0.25, 0));
    WarmFits fits =
        WarmFits.NONE
            .with("adaptive", new WarmFit(GIVEN, GIVEN, List.of()))
            .with("s-lora", new WarmFit(GIVEN, waits, SEEN))
            .with("fifo", new WarmFit(GIVEN, dearer, SEEN));

    assertThat(fits.costs("s-lora", GIVEN)).isEqualTo(TRUE.with(dearer.around()));
    assertThat(fits.costs("fifo", GIVEN)).isEqualTo(dearer);
    assertThat(fits.costs("chameleon", GIVEN)).isEqualTo(GIVEN);
  }

  private static void append(List<String> lines, List<StepRecord> steps, long from) {
    long shift = from - steps.getFirst().startNanos();
    for (StepRecord each : steps) {
      StepLoad load = each.load();
      lines.add(
          "%d,%d,%d,%d,%d,%d,%d,%d"
              .formatted(
                  each.startNanos() + shift,
                  each.endNanos() + shift,
                  load.prefillTokens(),
                  load.prefillTokenRanks(),
                  load.prefillPairs(),
                  load.decodeRows(),
                  load.contextTokens(),
                  load.rankSum()));
    }
  }

  private static void assertSame(StepCost found, StepCost expected) {
    assertNear(found.prefill().fixedMs(), expected.prefill().fixedMs());
    assertNear(found.prefill().perToken(), expected.prefill().perToken());
    assertNear(found.prefill().perTokenRank(), expected.prefill().perTokenRank());
    assertNear(found.prefill().perPair(), expected.prefill().perPair());
    assertNear(found.decode().fixedMs(), expected.decode().fixedMs());
    assertNear(found.decode().perRow(), expected.decode().perRow());
    assertNear(found.decode().perContextToken(), expected.decode().perContextToken());
    assertNear(found.decode().perRank(), expected.decode().perRank());
  }

  /** What the profile weighs is left of it. */
  private static void assertNear(double found, double expected) {
    assertThat(found).isCloseTo(expected, Percentage.withPercentage(7));
  }

  private static List<StepRecord> steps(StepCost cost, int mostRank, double slowdown) {
    return steps(cost, mostRank, slowdown, 0);
  }

  /** Steps of either kind and of both that take what they cost, and as long between them. */
  private static List<StepRecord> steps(
      StepCost cost, int mostRank, double slowdown, double noise) {
    Random random = new Random(SEED);
    List<StepRecord> steps = new ArrayList<>();
    long now = 1_000_000_000L;
    for (int i = 0; i < STEPS; i++) {
      StepLoad load = load(random, i % 4, mostRank);
      double millis = cost.engineMs(load) * slowdown * (1 + noise * random.nextGaussian());
      long end = now + Math.round(millis * 1e6);
      steps.add(new StepRecord(now, end, load));
      now = end + Math.round(cost.aroundMs(load) * 1e6);
    }
    return steps;
  }

  /** Of four kinds: a prompt alone, a prompt beside decodes, and decodes. */
  private static StepLoad load(Random random, int kind, int mostRank) {
    int tokens = kind < 2 ? 16 + random.nextInt(1000) : 0;
    long position = kind < 2 ? random.nextInt(1000) : 0;
    int rows = kind == 0 ? 0 : 1 + random.nextInt(200);
    int longest = 100 + random.nextInt(2000);
    long context = 0;
    for (int row = 0; row < rows; row++) {
      context += random.nextInt(longest);
    }
    return new StepLoad(
        tokens,
        (long) tokens * random.nextInt(mostRank + 1),
        tokens * position + tokens * (tokens + 1L) / 2,
        rows,
        context,
        rows == 0 ? 0 : random.nextInt(20 * mostRank + 1));
  }
}
