package io.chameleon.bench;

import io.chameleon.scheduling.PolicyKind;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of {@code bench honest}.
 *
 * @param stage of all proofs of scheduling
 * @param policies each is run live and simulated
 * @param percents loads, in percent of the capacity, ascending
 * @param seconds measured for each policy and load
 * @param warmUp seconds of the same load before, in which policies learn
 * @param profile a profile that was fitted before; empty to fit one first
 * @param phaseMillis of each phase of the fit
 */
record HonestOptions(
    StageOptions stage,
    List<PolicyKind> policies,
    List<Integer> percents,
    int seconds,
    int warmUp,
    String profile,
    int phaseMillis) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench honest [options]
        --policies LIST   default fifo,sjf,chameleon,adaptive, those of them that there are
        --loads LIST      in percent of the capacity; default 50,70,90
        --seconds N       measured for each policy and load; default 32
        --warm-up N       seconds of the same load before; default 10
        --profile FILE    a profile that bench fit wrote on this machine; default: fit one first
        --phase MS        time of each phase of that fit; default 1000
      """
          + StageOptions.USAGE;

  private static final List<String> POLICIES = List.of("fifo", "sjf", "chameleon", "adaptive");

  private static final int MOST_SECONDS = 3600;

  private static final int MOST_PERCENT = 1000;

  HonestOptions {
    policies = List.copyOf(policies);
    percents = List.copyOf(percents);
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static HonestOptions parse(String... arguments) {
    Draft draft = new Draft();
    new Arguments(arguments).readAll(draft::read);
    return draft.options();
  }

  /** Options as they are read, at their defaults before. */
  private static final class Draft {
    private StageOptions stage = StageOptions.DEFAULT;
    private List<PolicyKind> policies =
        Arrays.stream(PolicyKind.values())
            .filter(kind -> POLICIES.contains(kind.propertyName()))
            .toList();
    private List<Integer> percents = List.of(50, 70, 90);
    private int seconds = 32;
    private int warmUp = 10;
    private String profile = "";
    private int phaseMillis = FitOptions.PHASE_MILLIS;

    void read(String option, Arguments left) {
      switch (option) {
        case "--policies" ->
            policies = left.values(option).stream().map(PolicyKind::named).distinct().toList();
        case "--loads" ->
            percents =
                left.values(option).stream()
                    .map(text -> Arguments.count(option, text, MOST_PERCENT))
                    .sorted()
                    .distinct()
                    .toList();
        case "--seconds" -> seconds = left.count(option, MOST_SECONDS);
        case "--warm-up" -> warmUp = left.count(option, MOST_SECONDS);
        case "--profile" -> profile = left.value(option);
        case "--phase" -> phaseMillis = left.count(option, FitOptions.MOST_PHASE_MILLIS);
        default -> stage = stage.with(option, left);
      }
    }

    HonestOptions options() {
      return new HonestOptions(stage, policies, percents, seconds, warmUp, profile, phaseMillis);
    }
  }
}
