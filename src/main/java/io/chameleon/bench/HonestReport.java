package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Live loads beside simulated ones as a table and as JSON, and whether they hold what is promised.
 *
 * @param cells by policy, then by load
 */
record HonestReport(List<HonestCell> cells) {

  /** Above this share of its capacity a service is at its knee, where queues have no mean. */
  static final double KNEE = 0.85;

  private static final double MOST_MEDIAN_ERROR = 0.15;

  private static final double MOST_TAIL_ERROR = 0.25;

  private static final double LEAST_GAIN = 0.5;

  private static final double MOST_LOSS = 0.1;

  private static final String BASELINE = "fifo";

  /** Those that are to be better than the baseline. */
  private static final List<String> BETTER = List.of("chameleon", "adaptive");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  HonestReport {
    cells = List.copyOf(cells);
  }

  /** Prints the tables and the verdicts. */
  void print(PrintStream out) {
    out.println(
        "| policy | load | median TTFT ms: live | simulated | error | P99 TTFT ms: live | simulated"
            + " | error | requests/s: live | simulated | error |");
    out.println("|---|---|---|---|---|---|---|---|---|---|---|");
    for (HonestCell cell : cells) {
      StringBuilder line = new StringBuilder(text("| %s | %.2f |", cell.policy(), cell.load()));
      for (HonestCell.Row row : cell.rows().subList(0, 3)) {
        line.append(
            text(" %.1f | %.1f | %+.0f %% |", row.live(), row.simulated(), 100 * row.error()));
      }
      out.println(line);
    }
    out.printf(
        "%n| policy | load | requests | P99 TTFT ms of small: live | simulated | of large: live |"
            + " simulated |%n");
    out.println("|---|---|---|---|---|---|---|");
    for (HonestCell cell : cells) {
      out.println(
          text(
              "| %s | %.2f | %d | %.1f | %.1f | %.1f | %.1f |",
              cell.policy(),
              cell.load(),
              cell.live().requests(),
              cell.live().smallP99Ms(),
              cell.simulated().smallP99Ms(),
              cell.live().largeP99Ms(),
              cell.simulated().largeP99Ms()));
    }
    out.println();
    verdicts().forEach(out::println);
  }

  /** What is promised, and what was found. */
  List<String> verdicts() {
    List<String> all = new ArrayList<>();
    all.add(errors(HonestCell.MEDIAN, MOST_MEDIAN_ERROR));
    all.add(errors(HonestCell.TAIL, MOST_TAIL_ERROR));
    int turnedAway = cells.stream().mapToInt(HonestCell::turnedAway).sum();
    all.add(verdict(turnedAway == 0, text("no request was turned away: %d were", turnedAway)));
    double heaviest = cells.stream().mapToDouble(HonestCell::load).max().orElseThrow();
    at(BASELINE, heaviest)
        .forEach(baseline ->
            BETTER.stream()
                .flatMap(policy -> at(policy, heaviest))
                .forEach(better -> all.addAll(compare(better, baseline))));
    return all;
  }

  /** Writes {@code honest.json}; returns the file. */
  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path json = folder.resolve("honest.json");
    List<HonestCell.Row> rows = cells.stream().flatMap(cell -> cell.rows().stream()).toList();
    Files.writeString(json, JSON.writeValueAsString(rows) + "\n");
    return json;
  }

  private String errors(String metric, double most) {
    return cells.stream()
        .filter(cell -> cell.load() <= KNEE)
        .flatMap(cell -> cell.rows().stream())
        .filter(row -> row.metric().equals(metric))
        .max(Comparator.comparingDouble(row -> Math.abs(row.error())))
        .map(worst ->
            verdict(
                Math.abs(worst.error()) <= most,
                text(
                    "error of %s at most %.0f %% up to a load of %.2f: the largest is %+.1f %%"
                        + " (%s at %.2f)",
                    metric, 100 * most, KNEE, 100 * worst.error(), worst.policy(), worst.load())))
        .orElse(text("         no load is below %.2f; errors of %s are not judged", KNEE, metric));
  }

  private Stream<HonestCell> at(String policy, double load) {
    return cells.stream().filter(cell -> cell.policy().equals(policy) && cell.load() == load);
  }

  private static List<String> compare(HonestCell better, HonestCell baseline) {
    double small = 1 - better.live().smallP99Ms() / baseline.live().smallP99Ms();
    double large = better.live().largeP99Ms() / baseline.live().largeP99Ms() - 1;
    return List.of(
        verdict(
            small >= LEAST_GAIN,
            text(
                "%s cuts P99 TTFT of small requests live by at least %.0f %% at %.2f: by %.1f %%",
                better.policy(), 100 * LEAST_GAIN, better.load(), 100 * small)),
        verdict(
            large <= MOST_LOSS,
            text(
                "%s adds at most %.0f %% to that of large ones at %.2f: %+.1f %%",
                better.policy(), 100 * MOST_LOSS, better.load(), 100 * large)));
  }

  private static String verdict(boolean met, String text) {
    return (met ? "met:    " : "MISSED: ") + text;
  }

  @FormatMethod
  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
