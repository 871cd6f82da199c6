package io.chameleon.bench;

import java.io.IOException;
import java.io.PrintStream;

/**
 * The arguments of {@code bench fit}.
 *
 * @param stage of all proofs of scheduling
 * @param phaseMillis of each phase
 */
record FitOptions(StageOptions stage, int phaseMillis) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench fit [options]
        --phase MS        time of each of its phases; default 1000
      """
          + StageOptions.USAGE;

  static final int PHASE_MILLIS = 1000;

  static final int MOST_PHASE_MILLIS = 60_000;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static FitOptions parse(String... arguments) {
    StageOptions stage = StageOptions.DEFAULT;
    int phaseMillis = PHASE_MILLIS;
    Arguments left = new Arguments(arguments);
    while (left.hasMore()) {
      String option = left.option();
      if (option.equals("--phase")) {
        phaseMillis = left.count(option, MOST_PHASE_MILLIS);
      } else {
        stage = stage.with(option, left);
      }
    }
    return new FitOptions(stage, phaseMillis);
  }

  /** Fits the profile, prints how well it fits, and writes it. */
  void run(PrintStream out) throws IOException {
    try (ProofStage open = stage.open()) {
      open.describe(out);
      new FittedProfile(open, phaseMillis / 1e3, stage.out(), out).make();
    }
  }
}
