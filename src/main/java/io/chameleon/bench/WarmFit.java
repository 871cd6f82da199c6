package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import io.chameleon.simulation.StepCost;
import io.chameleon.simulation.StepRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The step costs of a profile, fitted to steps of a service that is warmed up. A profile's are of
 * steps measured alone; in a service the host has other work too, and prompts are of any length. A
 * cost that these steps cannot tell stays as the profile has it.
 *
 * @param given by the profile
 * @param fitted what steps cost in the service
 * @param kinds how well both fit those steps
 */
record WarmFit(StepCost given, StepCost fitted, List<Kind> kinds) {

  private static final double PERCENT = 100;

  WarmFit {
    kinds = List.copyOf(kinds);
  }

  /**
   * How well costs fit steps of a kind.
   *
   * @param name of the kind
   * @param steps how many there were
   * @param givenError root of the mean square of the relative errors by the profile's costs
   * @param fittedError the same by the fitted ones
   */
  record Kind(String name, int steps, double givenError, double fittedError) {}

  /** A guess and what is fitted by it. */
  private record Guess(FixedCosts fixed, StepFit fit) {}

  /** A cost by name. */
  private record Named(String name, ToDoubleFunction<StepCost> cost) {}

  private static final List<Named> COSTS =
      List.of(
          new Named("prefill.fixed-ms", of -> of.prefill().fixedMs()),
          new Named("prefill.per-token-ms", of -> of.prefill().perToken()),
          new Named("prefill.per-token-rank-ms", of -> of.prefill().perTokenRank()),
          new Named("prefill.per-pair-ms", of -> of.prefill().perPair()),
          new Named("prefill.per-token-decode-rank-ms", of -> of.prefill().perTokenDecodeRank()),
          new Named(FixedCosts.BEYOND_RIDGE, of -> of.prefill().ridge().perTokenBeyond()),
          new Named("decode.fixed-ms", of -> of.decode().fixedMs()),
          new Named("decode.per-row-ms", of -> of.decode().perRow()),
          new Named("decode.per-context-token-ms", of -> of.decode().perContextToken()),
          new Named("decode.per-rank-ms", of -> of.decode().perRank()),
          new Named("scheduling-ms", of -> of.around().ms()),
          new Named("scheduling-per-row-ms", of -> of.around().perRowMs()),
          new Named("scheduling-prefill-ms", of -> of.around().prefillMs()),
          new Named("scheduling-prefill-per-row-ms", of -> of.around().prefillPerRowMs()));

  /**
   * Fits.
   *
   * @param given where it starts from
   * @param warm steps of a service that has made such steps before
   */
  static WarmFit of(StepCost given, LiveSteps warm) {
    StepCost fitted = warm.steps().isEmpty() ? given : fitted(given, warm);
    return new WarmFit(
        given,
        fitted,
        List.of(
            kind("decode only", false, warm, given, fitted),
            kind("with prefill", true, warm, given, fitted)));
  }

  private static StepCost fitted(StepCost given, LiveSteps warm) {
    List<PhaseTotals> steps = warm.groups("warm", 1);
    StepCost.Around around =
        BetweenSteps.around(given.around(), warm.gapsBeforeDecodes(), warm.gapsBeforePrompts());
    return FixedCosts.GUESSES.stream()
        .map(fixed -> new Guess(fixed, StepFit.near(fixed.known(given), steps)))
        .filter(guess -> guess.fixed.isRight(guess.fit))
        .min(Comparator.comparingDouble(guess -> guess.fit.error(steps)))
        .map(guess -> guess.fixed.cost(guess.fit, given, around))
        .orElse(given);
  }

  private static Kind kind(
      String name, boolean prefill, LiveSteps warm, StepCost given, StepCost fitted) {
    List<StepRecord> steps =
        warm.steps().stream().filter(each -> each.load().hasPrefill() == prefill).toList();
    return new Kind(name, steps.size(), error(given, steps), error(fitted, steps));
  }

  private static double error(StepCost cost, List<StepRecord> steps) {
    return Math.sqrt(
        steps.stream()
            .mapToDouble(each -> cost.engineMs(each.load()) * 1e6 / each.nanos() - 1)
            .map(error -> error * error)
            .average()
            .orElse(0));
  }

  /** How many steps were looked at. */
  int steps() {
    return kinds.stream().mapToInt(Kind::steps).sum();
  }

  /** What was simulated with, for people. */
  String source() {
    return steps() == 0
        ? "the profile's step costs: no step of a warmed-up service was seen"
        : text(
            "step costs fitted to %d steps before the first load, from the profile's on", steps());
  }

  /** Both costs and how well they fit, for people. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("fit      " + source());
    for (Named each : COSTS) {
      lines.add(
          text(
              "         %-34s %12.8f, %12.8f by the profile",
              each.name, each.cost.applyAsDouble(fitted), each.cost.applyAsDouble(given)));
    }
    for (Kind kind : kinds) {
      lines.add(
          text(
              "         %d %s: off by %.1f %% (root mean square), %.1f %% by the profile",
              kind.steps, kind.name, PERCENT * kind.fittedError, PERCENT * kind.givenError));
    }
    return lines;
  }

  @FormatMethod
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
