package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where live and simulated times come apart: for each load what steps of a kind took live and what
 * the profile takes the very same steps for, the time between steps, and what HTTP took.
 */
final class CauseReport {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final List<Row> rows = new ArrayList<>();

  /**
   * A row of the report.
   *
   * @param part a kind of step, or what is beside them
   * @param count over how many
   * @param liveMs mean, in milliseconds; of the way of HTTP the median
   * @param modelMs as the simulation has it
   */
  record Row(String policy, double load, String part, int count, double liveMs, double modelMs) {}

  /** Adds the rows of a load. */
  void add(String policy, double load, List<LiveSteps.Mean> means) {
    means.forEach(each ->
        rows.add(new Row(policy, load, each.kind(), each.count(), each.liveMs(), each.modelMs())));
  }

  /** Prints the table. */
  void print(PrintStream out) {
    line(out, "| policy | load | part | count | ms live | ms as simulated | off |");
    line(out, "|---|---|---|---|---|---|---|");
    for (Row row : rows) {
      line(
          out,
          "| %s | %.2f | %s | %d | %.3f | %.3f | %+.1f %% |",
          row.policy(),
          row.load(),
          row.part(),
          row.count(),
          row.liveMs(),
          row.modelMs(),
          100 * (row.modelMs() / row.liveMs() - 1));
    }
  }

  /** Writes {@code honest-steps.json}; returns the file. */
  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path json = folder.resolve("honest-steps.json");
    Files.writeString(json, JSON.writeValueAsString(rows) + "\n");
    return json;
  }

  @FormatMethod
  private static void line(PrintStream out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
