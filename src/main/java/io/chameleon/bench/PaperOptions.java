package io.chameleon.bench;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code simulate paper} and {@code simulate sensitivity}.
 *
 * @param out folder for the reports
 * @param traces folder of published traces, or null
 * @param requests of a run, 0 for the paper's
 */
record PaperOptions(Path out, @Nullable Path traces, int requests) {

  static final String USAGE =
      """
      Usage: java -jar chameleon.jar simulate paper|sensitivity [options]
        paper             the Chameleon paper's figures, its numbers beside ours
        sensitivity       the headlines, if what the paper leaves unsaid were otherwise
        --out DIR         for the reports; default target/reports
        --traces DIR      where published traces lie, which paper runs beside Fig. 21; default none
        --requests N      requests of a run, to try it out; default the paper's 19366\
      """;

  private static final int MOST = 10_000_000;

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException naming the argument at fault
   */
  static PaperOptions parse(String... arguments) {
    Arguments left = new Arguments(arguments);
    Path out = Path.of("target", "reports");
    Path traces = null;
    int requests = 0;
    while (left.hasMore()) {
      String option = left.option();
      switch (option) {
        case "--out" -> out = Path.of(left.value(option));
        case "--traces" -> traces = Path.of(left.value(option));
        case "--requests" -> requests = left.count(option, MOST);
        default -> throw new IllegalArgumentException("Unknown option " + option);
      }
    }
    return new PaperOptions(out, traces, requests);
  }
}
