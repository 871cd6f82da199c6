package io.chameleon.bench;

import java.nio.file.Path;

/**
 * The arguments of {@code bench ramp}.
 *
 * @param model a model folder; empty for the demo
 * @param threads of the engine; 0 for all
 * @param seconds between two long prompts that join, and half of it between two that leave
 * @param seed of adapters and prompts
 * @param out folder of the reports
 */
record RampOptions(String model, int threads, double seconds, long seed, Path out) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench ramp [options]
        --quick           short: to see that everything runs
        --seconds N       between two long prompts that join; default 3
        --seed N          of adapters and prompts
        --threads N       threads of the engine; default all
        --model DIR       a Hugging Face model folder; default the demo
        --out DIR         where ramp.json and ramp.svg go; default target/reports\
      """;

  private static final double QUICK_SECONDS = 0.5;

  private static final int MOST_SECONDS = 3600;

  private static final int MOST_THREADS = 1024;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static RampOptions parse(String... arguments) {
    String model = "";
    int threads = 0;
    double seconds = 3;
    long seed = 20261202;
    Path out = Path.of("target", "reports");
    Arguments left = new Arguments(arguments);
    while (left.hasMore()) {
      String option = left.option();
      switch (option) {
        case "--quick" -> seconds = QUICK_SECONDS;
        case "--seconds" -> seconds = left.count(option, MOST_SECONDS);
        case "--seed" -> seed = left.number(option);
        case "--threads" -> threads = left.count(option, MOST_THREADS);
        case "--model" -> model = left.value(option);
        case "--out" -> out = Path.of(left.value(option));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    return new RampOptions(model, threads, seconds, seed, out);
  }
}
