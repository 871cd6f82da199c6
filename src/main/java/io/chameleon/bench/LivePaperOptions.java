package io.chameleon.bench;

import io.chameleon.scheduling.PolicyKind;
import java.util.List;

/**
 * The arguments of {@code bench live-paper}.
 *
 * @param live of all proofs with a large model
 * @param policies in this order; the first one's service says what the loads are
 * @param percents loads, in percent of the capacity, ascending
 * @param seconds measured for each policy and load, after a warm-up of a quarter of it
 * @param adapters how many there are
 * @param popularity law of the adapters, as {@link WorkloadLaws} reads it
 * @param divisor what the lengths of the Azure conversation trace are divided by
 * @param capacity requests per second; 0 to measure it first
 * @param sloraBatchTokens most tokens that a step of S-LoRA is fed; with less it would start fewer
 *     at each of its looks than its own code does
 * @param profile of the simulations; empty for none
 */
record LivePaperOptions(
    LiveOptions live,
    List<PolicyKind> policies,
    List<Integer> percents,
    int seconds,
    int adapters,
    String popularity,
    int divisor,
    int capacity,
    int sloraBatchTokens,
    String profile) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench live-paper [options]
        --policies LIST   in this order; default fifo,s-lora,chameleon,adaptive
        --loads LIST      in percent of the capacity; default 30,60,80,100
        --seconds N       measured for each policy and load; default 12
        --adapters-of N   how many adapters there are; default 100
        --popularity NAME of the adapters, as simulate reads it; default zipf:1
        --divisor N       of the lengths of the Azure conversation trace; default 4
        --capacity N      requests/s that the loads are percents of; default: measured first
        --s-lora-batch-tokens N  most tokens that a step of s-lora is fed; default 8192
        --profile FILE    a simulator's profile of this machine; default: nothing is simulated
      """
          + LiveOptions.USAGE;

  /**
   * S-LoRA's own code prefills up to a sixth of its pool, 10,001 tokens of the paper's; at loads
   * below its knee no look finds as many.
   */
  private static final int SLORA_BATCH_TOKENS = 8192;

  private static final int MOST_SECONDS = 3600;

  private static final int MOST_PERCENT = 1000;

  private static final int MOST = 100_000;

  LivePaperOptions {
    policies = List.copyOf(policies);
    percents = List.copyOf(percents);
    WorkloadLaws.popularity(popularity);
    if (sloraBatchTokens < live.sequences()) {
      throw new IllegalArgumentException(
          "--s-lora-batch-tokens is %d; it must be at least --sequences, %d"
              .formatted(sloraBatchTokens, live.sequences()));
    }
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static LivePaperOptions parse(String... arguments) {
    Draft draft = new Draft();
    new Arguments(arguments).readAll(draft::read);
    return draft.options();
  }

  /** Options as they are read, at their defaults before. */
  private static final class Draft {
    private LiveOptions live = LiveOptions.DEFAULT;
    private List<PolicyKind> policies =
        List.of("fifo", "s-lora", "chameleon", "adaptive").stream().map(PolicyKind::named).toList();
    private List<Integer> percents = List.of(30, 60, 80, 100);
    private int seconds = 12;
    private int adapters = 100;
    private String popularity = "zipf:1";
    private int divisor = 4;
    private int capacity;
    private int sloraBatchTokens = SLORA_BATCH_TOKENS;
    private String profile = "";

    void read(String option, Arguments left) {
      switch (option) {
        case "--policies" ->
            policies = left.values(option).stream().map(PolicyKind::named).distinct().toList();
        case "--loads" -> percents = percents(option, left);
        case "--seconds" -> seconds = left.count(option, MOST_SECONDS);
        case "--adapters-of" -> adapters = left.count(option, MOST);
        case "--popularity" -> popularity = left.value(option);
        case "--divisor" -> divisor = left.count(option, MOST);
        case "--capacity" -> capacity = left.count(option, MOST);
        case "--s-lora-batch-tokens" -> sloraBatchTokens = left.count(option, MOST);
        case "--profile" -> profile = left.value(option);
        default -> live = live.with(option, left);
      }
    }

    private static List<Integer> percents(String option, Arguments left) {
      return left.values(option).stream()
          .map(text -> Arguments.count(option, text, MOST_PERCENT))
          .sorted()
          .distinct()
          .toList();
    }

    LivePaperOptions options() {
      return new LivePaperOptions(
          live,
          policies,
          percents,
          seconds,
          adapters,
          popularity,
          divisor,
          capacity,
          sloraBatchTokens,
          profile);
    }
  }
}
