package io.chameleon.bench;

import io.chameleon.simulation.paper.Sensitivity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The headlines under other assumptions, as JSON, CSV, Markdown and HTML.
 *
 * @param rows the settings as they are, then one variation each
 * @param setting what was run, a line each
 */
record SensitivityReport(List<Sensitivity.Row> rows, List<String> setting) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final String TITLE = "What the headlines hang on";

  SensitivityReport {
    rows = List.copyOf(rows);
    setting = List.copyOf(setting);
  }

  /** Writes {@code sensitivity.json}, {@code .csv}, {@code .md} and {@code .html}. */
  List<Path> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    String json = JSON.writeValueAsString(rows.stream().map(SensitivityReport::json).toList());
    HtmlPage page = new HtmlPage(TITLE);
    setting.forEach(page::paragraph);
    page.table(table());
    return List.of(
        Files.writeString(folder.resolve("sensitivity.json"), json + "\n"),
        Files.writeString(folder.resolve("sensitivity.csv"), table().csv()),
        Files.writeString(folder.resolve("sensitivity.md"), markdown()),
        page.write(folder.resolve("sensitivity.html")));
  }

  String markdown() {
    return String.join("\n\n", setting) + "\n\n" + table().markdown();
  }

  private TextTable table() {
    List<String> header = new ArrayList<>(List.of("what"));
    Sensitivity.Row any = rows.getFirst();
    any.p99CutPercent().keySet().forEach(load -> header.add("P99 cut %% at %s".formatted(load)));
    any.p50CutPercent().keySet().forEach(load -> header.add("P50 cut %% at %s".formatted(load)));
    header.addAll(List.of("s-lora", "chameleon", "ratio", "as the paper", "believable"));
    return new TextTable(header, rows.stream().map(SensitivityReport::cells).toList());
  }

  private static List<String> cells(Sensitivity.Row row) {
    List<String> cells = new ArrayList<>(List.of(row.variation().name()));
    row.p99CutPercent().values().forEach(cut -> cells.add(oneDigit(cut)));
    row.p50CutPercent().values().forEach(cut -> cells.add(oneDigit(cut)));
    cells.add(row.baseline().toString());
    cells.add(row.chameleon().toString());
    cells.add(String.format(Locale.ROOT, "%.2f", row.throughputRatio()));
    cells.add(row.near().isEmpty() ? "none" : String.join(", ", row.near()));
    cells.add(row.variation().believable());
    return cells;
  }

  private static String oneDigit(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static Map<String, Object> json(Sensitivity.Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", row.variation().name());
    json.put("set", row.variation().set());
    json.put("p99CutPercent", row.p99CutPercent());
    json.put("p50CutPercent", row.p50CutPercent());
    json.put("sLora", row.baseline());
    json.put("chameleon", row.chameleon());
    json.put("throughputRatio", row.throughputRatio());
    json.put("asThePaper", row.near());
    json.put("believable", row.variation().believable());
    return json;
  }
}
