package io.chameleon.bench;

import io.chameleon.simulation.StepCost;
import io.chameleon.simulation.StepLoad;
import io.chameleon.simulation.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The steps of a live service, one after the other, beside what a profile takes them for.
 *
 * @param steps as the service has recorded them
 */
record LiveSteps(List<StepRecord> steps) {

  private static final double NANOS_PER_MS = 1e6;

  private static final double NANOS_PER_SECOND = 1e9;

  private static final StepCost FREE =
      new StepCost(new StepCost.Prefill(0, 0, 0, 0), new StepCost.Decode(0, 0, 0, 0), 0);

  LiveSteps {
    steps = List.copyOf(steps);
  }

  /**
   * Means over steps of a kind, in milliseconds.
   *
   * @param kind of steps
   * @param count how many
   * @param liveMs what they took
   * @param modelMs what the profile takes them for
   */
  record Mean(String kind, int count, double liveMs, double modelMs) {

    /** What the profile is off by, relative to what was measured. */
    double error() {
      return (modelMs - liveMs) / liveMs;
    }
  }

  /**
   * Those of a log from a line on.
   *
   * @param from how many lines were there before
   */
  static LiveSteps read(Path log, long from) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return new LiveSteps(lines.skip(from).map(StepRecord::parse).toList());
    }
  }

  /** How many lines a log has. */
  static long count(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.count();
    }
  }

  /** Those that began so many seconds after the first of them, or later. */
  LiveSteps after(double seconds) {
    if (steps.isEmpty()) {
      return this;
    }
    double from = steps.getFirst().startNanos() + seconds * NANOS_PER_SECOND;
    return new LiveSteps(steps.stream().filter(each -> each.startNanos() >= from).toList());
  }

  /** By kind: steps that only decode, those with prefill, and the time between two steps. */
  List<Mean> means(StepCost cost) {
    List<Mean> means = new ArrayList<>();
    addMean(means, "decode only", cost, each -> !each.load().hasPrefill());
    addMean(means, "with prefill", cost, each -> each.load().hasPrefill());
    List<BetweenSteps.Gap> between = gaps();
    if (!between.isEmpty()) {
      means.add(
          new Mean(
              "between steps",
              between.size(),
              BetweenSteps.mean(between, BetweenSteps.Gap::ms),
              BetweenSteps.mean(between, gap -> gap.ms(cost.around()))));
    }
    return means;
  }

  /** The same for people, with what a simulation takes such steps for if there is one. */
  List<String> lines(Optional<StepCost> cost) {
    return means(cost.orElse(FREE)).stream()
        .map(mean ->
            String.format(Locale.ROOT, "%d %s: %.2f ms", mean.count, mean.kind, mean.liveMs)
                + cost.map(any -> String.format(Locale.ROOT, ", %.2f simulated", mean.modelMs))
                    .orElse(""))
        .toList();
  }

  /** Sum over steps of the tokens of prompts times the ranks that decode beside them. */
  double tokenDecodeRanks() {
    return steps.stream().mapToDouble(each -> each.load().tokenDecodeRanks()).sum();
  }

  /** So many steps of a kind together as one phase, for a fit. */
  List<PhaseTotals> groups(String name, int size) {
    List<PhaseTotals> groups = new ArrayList<>();
    for (boolean prefill : new boolean[] {false, true}) {
      List<StepRecord> those =
          steps.stream().filter(each -> each.load().hasPrefill() == prefill).toList();
      String kind = name + (prefill ? ", with prefill" : ", decode only");
      for (int from = 0; from + size <= those.size(); from += size) {
        groups.add(PhaseTotals.of(kind, those.subList(from, from + size)));
      }
    }
    return groups;
  }

  private void addMean(List<Mean> means, String kind, StepCost cost, Predicate<StepRecord> which) {
    List<StepRecord> those = steps.stream().filter(which).toList();
    if (!those.isEmpty()) {
      means.add(
          new Mean(
              kind,
              those.size(),
              those.stream().mapToDouble(each -> each.nanos() / NANOS_PER_MS).sum() / those.size(),
              those.stream().mapToDouble(each -> cost.engineMs(each.load())).sum() / those.size()));
    }
  }

  /** From the end of a step to the next one, in milliseconds. */
  double[] betweenMs() {
    return gaps().stream().mapToDouble(BetweenSteps.Gap::ms).toArray();
  }

  /** Who decodes has been waiting for the next step all the time. */
  private List<BetweenSteps.Gap> gaps() {
    return gaps(StepLoad::hasDecode);
  }

  /** The same without those before a step with a prompt, in which requests are taken in, too. */
  List<BetweenSteps.Gap> gapsBeforeDecodes() {
    return gaps(load -> load.hasDecode() && !load.hasPrefill());
  }

  /** Those before steps that have prompts as well. */
  List<BetweenSteps.Gap> gapsBeforePrompts() {
    return gaps(load -> load.hasDecode() && load.hasPrefill());
  }

  private List<BetweenSteps.Gap> gaps(Predicate<StepLoad> next) {
    List<BetweenSteps.Gap> gaps = new ArrayList<>();
    for (int i = 1; i < steps.size(); i++) {
      StepRecord before = steps.get(i - 1);
      if (next.test(steps.get(i).load())) {
        double ms = (steps.get(i).startNanos() - before.endNanos()) / NANOS_PER_MS;
        gaps.add(new BetweenSteps.Gap(before.load(), steps.get(i).load().hasPrefill(), ms));
      }
    }
    return gaps;
  }
}
