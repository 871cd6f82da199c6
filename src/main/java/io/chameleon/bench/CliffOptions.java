package io.chameleon.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of {@code bench cliff}.
 *
 * @param model a model folder; empty for the demo
 * @param threads of the engine; 0 for all
 * @param seconds measured for each case in each round, after a warm-up of a quarter of it
 * @param rounds how often each case has its turn
 * @param adapters numbers of adapters, ascending
 * @param laws how often each adapter is asked for
 * @param seed of adapters, prompts and arrivals
 * @param out folder of the reports
 */
record CliffOptions(
    String model,
    int threads,
    int seconds,
    int rounds,
    List<Integer> adapters,
    List<PopularityLaw> laws,
    long seed,
    Path out) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar bench cliff [options]
        --quick           short and once, at few numbers of adapters: to see that everything runs
        --seconds N       measured for each case in each round; default 16
        --rounds N        how often each case has its turn; default 3
        --adapters LIST   numbers of adapters; default 1,8,16,17,32,64,128,512
        --laws LIST       default zipf,uniform
        --seed N          of adapters, prompts and arrivals
        --threads N       threads of the engine; default all
        --model DIR       a Hugging Face model folder; default the demo
        --out DIR         where cliff.json and cliff-*.svg go; default target/reports\
      """;

  private static final int MOST_SECONDS = 3600;

  private static final int MOST_ROUNDS = 100;

  private static final int MOST_ADAPTERS = 9999;

  private static final int MOST_THREADS = 1024;

  CliffOptions {
    adapters = List.copyOf(adapters);
    laws = List.copyOf(laws);
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static CliffOptions parse(String... arguments) {
    Draft draft = new Draft();
    new Arguments(arguments).readAll(draft::read);
    return draft.options();
  }

  /** Options as they are read, at their defaults before. */
  private static final class Draft {
    private String model = "";
    private int threads;
    private int seconds = 16;
    private int rounds = 3;
    private List<Integer> adapters = List.of(1, 8, 16, 17, 32, 64, 128, 512);
    private List<PopularityLaw> laws = List.of(PopularityLaw.values());
    private long seed = 20261201;
    private Path out = Path.of("target", "reports");

    void read(String option, Arguments left) {
      switch (option) {
        case "--quick" -> quick();
        case "--seconds" -> seconds = left.count(option, MOST_SECONDS);
        case "--rounds" -> rounds = left.count(option, MOST_ROUNDS);
        case "--adapters" -> adapters = counts(option, left.values(option));
        case "--laws" ->
            laws = left.values(option).stream().map(PopularityLaw::named).distinct().toList();
        case "--seed" -> seed = left.number(option);
        case "--threads" -> threads = left.count(option, MOST_THREADS);
        case "--model" -> model = left.value(option);
        case "--out" -> out = Path.of(left.value(option));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }

    private void quick() {
      seconds = 2;
      rounds = 1;
      adapters = List.of(1, 16, 17, 40);
    }

    private static List<Integer> counts(String option, List<String> texts) {
      int[] counts =
          texts.stream()
              .mapToInt(text -> Arguments.count(option, text, MOST_ADAPTERS))
              .sorted()
              .distinct()
              .toArray();
      return Arrays.stream(counts).boxed().toList();
    }

    CliffOptions options() {
      return new CliffOptions(model, threads, seconds, rounds, adapters, laws, seed, out);
    }
  }
}
