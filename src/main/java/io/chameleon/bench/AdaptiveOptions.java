package io.chameleon.bench;

import io.chameleon.workload.WorkloadSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code simulate adaptive}.
 *
 * @param requests of a run
 * @param seeds how many seeds a figure is the mean of
 * @param loads requests per second at which the paper's set-up is run, ascending
 * @param traces folder of the published traces, or null
 * @param report folder that the report is written to
 */
record AdaptiveOptions(
    int requests, int seeds, List<Double> loads, @Nullable Path traces, Path report) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar simulate adaptive [options]
        --requests N   requests of a run; default 19366, the paper's
        --seeds N      seeds that figures are means of; default 3
        --loads A,B    requests per second of the curves; default 7 to 12 by 0.25
        --traces DIR   folder with the published traces; without it their workloads are left out
        --report DIR   default target/reports\
      """;

  private static final int MOST_REQUESTS = 10_000_000;

  private static final int MOST_SEEDS = 100;

  private static final int SEEDS = 3;

  private static final double FIRST = 7;

  private static final double STEP = 0.25;

  private static final int STEPS = 21;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static AdaptiveOptions parse(String... arguments) {
    Arguments left = new Arguments(arguments);
    int requests = WorkloadSpec.PAPER_REQUESTS;
    int seeds = SEEDS;
    List<Double> loads = IntStream.range(0, STEPS).mapToObj(k -> FIRST + k * STEP).toList();
    Path traces = null;
    Path report = Path.of("target", "reports");
    while (left.hasMore()) {
      String option = left.option();
      switch (option) {
        case "--requests" -> requests = left.count(option, MOST_REQUESTS);
        case "--seeds" -> seeds = left.count(option, MOST_SEEDS);
        case "--loads" ->
            loads = left.values(option).stream().map(text -> load(option, text)).sorted().toList();
        case "--traces" -> traces = Path.of(left.value(option));
        case "--report" -> report = Path.of(left.value(option));
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    return new AdaptiveOptions(requests, seeds, loads, traces, report);
  }

  private static double load(String option, String text) {
    try {
      double load = Double.parseDouble(text);
      if (load > 0 && load < MOST_REQUESTS) {
        return load;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s is %s; it must be a number".formatted(option, text), e);
    }
    throw new IllegalArgumentException("%s is %s; it must be over 0".formatted(option, text));
  }
}
