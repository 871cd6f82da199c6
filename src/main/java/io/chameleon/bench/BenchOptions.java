package io.chameleon.bench;

import io.chameleon.ChameleonProperties;
import java.nio.file.Path;
import java.util.ArrayList;
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
    Arguments left = new Arguments(arguments);
    Effort effort = Effort.FULL;
    boolean profile = false;
    int threads = 0;
    String model = "";
    List<Path> adapters = new ArrayList<>();
    Path out = Path.of("target", "reports");
    while (left.hasMore()) {
      String option = left.option();
      switch (option) {
        case "--quick" -> effort = Effort.QUICK;
        case "--profile" -> profile = true;
        case "--threads" -> threads = Math.toIntExact(left.number(option));
        case "--model" -> model = left.value(option);
        case "--adapters" -> adapters.add(Path.of(left.value(option)));
        case "--out" -> out = Path.of(left.value(option));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    return new BenchOptions(
        effort, new ChameleonProperties(model, "", adapters, threads), out, profile);
  }

  int threads() {
    return served.engineThreads();
  }
}
