package io.chameleon.bench;

import io.chameleon.scheduling.PolicyKind;

/**
 * The arguments of {@code bench overload}.
 *
 * @param stage of all proofs of scheduling
 * @param policy who starts next
 * @param seconds of the load
 * @param times the capacity
 * @param deadlineMs of each first token
 * @param capacitySeconds over which the capacity is measured
 */
record OverloadOptions(
    StageOptions stage,
    PolicyKind policy,
    int seconds,
    int times,
    int deadlineMs,
    int capacitySeconds) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench overload [options]
        --policy NAME     default fifo
        --seconds N       of the load; default 60
        --times N         the capacity; default 10
        --deadline MS     of the first token of each request; default 2000
        --capacity N      seconds over which the capacity is measured; default 20
      """
          + StageOptions.USAGE;

  private static final int MOST_SECONDS = 3600;

  private static final int MOST_TIMES = 1000;

  private static final int MOST_DEADLINE_MS = 3_600_000;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static OverloadOptions parse(String... arguments) {
    Draft draft = new Draft();
    new Arguments(arguments).readAll(draft::read);
    return draft.options();
  }

  /** Options as they are read, at their defaults before. */
  private static final class Draft {
    private StageOptions stage = StageOptions.DEFAULT;
    private PolicyKind policy = PolicyKind.FIFO;
    private int seconds = 60;
    private int times = 10;
    private int deadlineMs = 2000;
    private int capacitySeconds = 20;

    void read(String option, Arguments left) {
      switch (option) {
        case "--policy" -> policy = PolicyKind.named(left.value(option));
        case "--seconds" -> seconds = left.count(option, MOST_SECONDS);
        case "--times" -> times = left.count(option, MOST_TIMES);
        case "--deadline" -> deadlineMs = left.count(option, MOST_DEADLINE_MS);
        case "--capacity" -> capacitySeconds = left.count(option, MOST_SECONDS);
        default -> stage = stage.with(option, left);
      }
    }

    OverloadOptions options() {
      return new OverloadOptions(stage, policy, seconds, times, deadlineMs, capacitySeconds);
    }
  }
}
