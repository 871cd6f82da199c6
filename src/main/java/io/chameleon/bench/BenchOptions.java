package io.chameleon.bench;

import io.chameleon.ChameleonProperties;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The arguments of the command.
 *
 * @param effort how long is measured
 * @param served the model, its adapters and the threads
 * @param out folder of the report
 * @param profile whether a step is taken apart by operators too
 */
record BenchOptions(Effort effort, ChameleonProperties served, Path out, boolean profile) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench [options]
        --quick           few repeats: to see that everything runs
        --threads N       threads of the engine; default all
        --model DIR       a Hugging Face model folder; default the demo
        --adapters DIR    a folder of PEFT folders; may be given several times
        --out DIR         where bench.json goes; default target/reports
        --profile         takes steps apart by operators too\
      """;

  /**
   * Reads the arguments; {@code --name=value} is as good as {@code --name value}.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static BenchOptions parse(String... arguments) {
    Deque<String> left = new ArrayDeque<>();
    for (String argument : arguments) {
      left.addAll(List.of(argument.startsWith("--") ? argument.split("=", 2) : only(argument)));
    }
    Effort effort = Effort.FULL;
    boolean profile = false;
    int threads = 0;
    String model = "";
    List<Path> adapters = new ArrayList<>();
    Path out = Path.of("target", "reports");
    while (!left.isEmpty()) {
      String option = left.remove();
      switch (option) {
        case "--quick" -> effort = Effort.QUICK;
        case "--profile" -> profile = true;
        case "--threads" -> threads = number(option, value(option, left));
        case "--model" -> model = value(option, left);
        case "--adapters" -> adapters.add(Path.of(value(option, left)));
        case "--out" -> out = Path.of(value(option, left));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    return new BenchOptions(
        effort, new ChameleonProperties(model, "", adapters, threads), out, profile);
  }

  int threads() {
    return served.engineThreads();
  }

  private static String[] only(String argument) {
    return new String[] {argument};
  }

  private static String value(String option, Deque<String> left) {
    String value = left.poll();
    if (value == null) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return value;
  }

  private static int number(String option, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is %s; it must be a number".formatted(option, text), e);
    }
  }
}
