package io.chameleon.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a measuring command found: rows, printed as a table and written as a JSON array of {@code
 * {name, value, unit, ceiling, ratio, goal, met}}, with null where there is none.
 */
public final class Report {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final String name;

  private final List<ReportRow> rows = new ArrayList<>();

  /**
   * A report without rows.
   *
   * @param name of its file, without the extension
   */
  public Report(String name) {
    this.name = name;
  }

  /** Adds a row below the others. */
  public void add(ReportRow row) {
    rows.add(row);
  }

  /** All rows, as they were added. */
  public List<ReportRow> rows() {
    return List.copyOf(rows);
  }

  /** Prints the table. */
  public void print(PrintStream out) {
    out.println(line("row", "value", "unit", "ceiling", "ratio", "goal", "met", "the ceiling is"));
    for (ReportRow row : rows) {
      ReportRow.Ceiling ceiling = row.ceiling();
      out.println(
          line(
              row.name(),
              number(row.value()),
              row.unit(),
              ceiling == null ? "" : number(ceiling.value()),
              number(row.ratio()),
              row.goal() == null ? "" : row.goal().text(),
              answer(row.met()),
              ceiling == null ? "" : ceiling.what()));
    }
  }

  /**
   * Writes {@code NAME.json}.
   *
   * @param folder made if it is missing
   * @return the file
   */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(name + ".json");
    List<Map<String, @Nullable Object>> json = rows.stream().map(Report::json).toList();
    Files.writeString(file, JSON.writeValueAsString(json) + "\n");
    return file;
  }

  private static Map<String, @Nullable Object> json(ReportRow row) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", row.name());
    json.put("value", row.value());
    json.put("unit", row.unit());
    json.put("ceiling", row.ceiling() == null ? null : row.ceiling().value());
    json.put("ratio", row.ratio());
    json.put("goal", row.goal() == null ? null : row.goal().text());
    json.put("met", row.met());
    return json;
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-38s %10s %-9s %10s %7s %-8s %-4s %s", cells)
        .stripTrailing();
  }

  /** Three significant digits or more. */
  private static String number(@Nullable Double value) {
    if (value == null) {
      return "";
    }
    String format = Math.abs(value) >= 100 ? "%.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  private static String answer(@Nullable Boolean met) {
    if (met == null) {
      return "";
    }
    return met ? "yes" : "no";
  }
}
