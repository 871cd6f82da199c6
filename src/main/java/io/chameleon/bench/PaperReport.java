package io.chameleon.bench;

import io.chameleon.simulation.paper.Headlines;
import io.chameleon.simulation.paper.PaperCell;
import io.chameleon.simulation.paper.PaperRow;
import io.chameleon.simulation.paper.PaperRow.Verdict;
import io.chameleon.simulation.paper.PaperValues.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The paper's numbers beside ours, as JSON, CSV, Markdown and HTML.
 *
 * @param rows by figure
 * @param headlines what the paper is known for
 * @param setting what was run, a line each
 */
record PaperReport(List<PaperRow> rows, Headlines headlines, List<String> setting) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final List<String> COLUMNS =
      List.of("figure", "system", "x", "metric", "paper", "ours", "verdict", "why");

  PaperReport {
    rows = List.copyOf(rows);
    setting = List.copyOf(setting);
  }

  /** Writes {@code paper.json}, {@code .csv}, {@code .md}, {@code .html}, and the headlines. */
  List<Path> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    files.add(
        Files.writeString(
            folder.resolve("paper.json"),
            JSON.writeValueAsString(rows.stream().map(PaperReport::json).toList()) + "\n"));
    files.add(
        Files.writeString(
            folder.resolve("paper-headlines.json"), JSON.writeValueAsString(headlines) + "\n"));
    files.add(Files.writeString(folder.resolve("paper.csv"), table(rows).csv()));
    files.add(Files.writeString(folder.resolve("paper.md"), markdown()));
    files.add(writePage(folder));
    return files;
  }

  /** The figures as Markdown: a table for each metric, and all rows with their verdicts. */
  String markdown() {
    StringBuilder text = new StringBuilder(summary()).append("## All rows of the paper\n\n");
    List<PaperRow> told = rows.stream().filter(row -> row.paper() != null).toList();
    return text.append(table(told).markdown()).toString();
  }

  /** The same without the rows one by one. */
  String summary() {
    StringBuilder text = new StringBuilder();
    setting.forEach(line -> text.append(line).append("\n\n"));
    text.append(tally().markdown()).append('\n').append(PaperTable.LEGEND).append("\n\n");
    byFigure()
        .forEach((figure, of) -> {
          text.append("## ").append(title(figure)).append("\n\n");
          PaperTable.of(of).forEach(table -> text.append(table.markdown()).append('\n'));
        });
    return text.toString();
  }

  /** How many rows of each figure have which verdict. */
  TextTable tally() {
    List<String> header = new ArrayList<>(List.of("figure"));
    for (Verdict verdict : Verdict.values()) {
      header.add(verdict.text());
    }
    List<List<String>> lines = new ArrayList<>();
    byFigure().forEach((figure, of) -> lines.add(counts(title(figure), of)));
    lines.add(counts("all", rows));
    return new TextTable(header, lines);
  }

  private static List<String> counts(String name, List<PaperRow> of) {
    List<String> line = new ArrayList<>(List.of(name));
    for (Verdict verdict : Verdict.values()) {
      line.add(Long.toString(of.stream().filter(row -> row.verdict() == verdict).count()));
    }
    return line;
  }

  private Path writePage(Path folder) throws IOException {
    HtmlPage page = new HtmlPage("The Chameleon paper's evaluation, simulated");
    setting.forEach(page::paragraph);
    page.table(tally()).paragraph(PaperTable.LEGEND);
    for (Map.Entry<String, List<PaperRow>> figure : byFigure().entrySet()) {
      page.heading(title(figure.getKey()));
      for (Path plot : new PaperPlots(figure.getKey(), figure.getValue()).write(folder)) {
        page.plot(plot, title(figure.getKey()));
      }
      PaperTable.of(figure.getValue()).forEach(page::table);
      page.table(table(figure.getValue()));
    }
    return page.write(folder.resolve("paper.html"));
  }

  private Map<String, List<PaperRow>> byFigure() {
    return rows.stream()
        .collect(
            Collectors.groupingBy(
                row -> row.cell().figure(), LinkedHashMap::new, Collectors.toList()));
  }

  private static String title(String figure) {
    return switch (figure) {
      case "11" -> "Fig. 11: P99 time to first token over load";
      case "12" -> "Fig. 12: P99 time between tokens over load";
      case "13" -> "Fig. 13: median time to first token over load";
      case "throughput" -> "Throughput at the objective";
      case "engine" -> "What the engine and the link do, which the paper does not show";
      case "14" -> "Fig. 14: adapter loads on the critical path";
      case "16" -> "Fig. 16: mean time in the queue by size of request";
      case "17" -> "Fig. 17: eviction policies by rank";
      case "19" -> "Fig. 19: predictors in a burst";
      case "20" -> "Fig. 20: number and popularity of adapters";
      case "21" -> "Fig. 21: traces";
      case "22" -> "Fig. 22: dynamic and static queues";
      default -> "Fig. " + figure;
    };
  }

  private static TextTable table(List<PaperRow> of) {
    return new TextTable(COLUMNS, of.stream().map(PaperReport::cells).toList());
  }

  private static List<String> cells(PaperRow row) {
    PaperCell cell = row.cell();
    return List.of(
        cell.figure(),
        cell.system(),
        cell.x(),
        cell.metric(),
        text(row.paper()),
        number(row.ours()),
        row.verdict().text(),
        row.why());
  }

  private static Map<String, @Nullable Object> json(PaperRow row) {
    PaperCell cell = row.cell();
    Value paper = row.paper();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("figure", cell.figure());
    json.put("system", cell.system());
    json.put("x", cell.x());
    json.put("metric", cell.metric());
    json.put("paper", paper == null ? null : paper.number());
    json.put("ours", row.ours());
    json.put("verdict", row.verdict().text());
    json.put("why", row.why());
    return json;
  }

  static String text(@Nullable Value paper) {
    if (paper == null) {
      return "";
    }
    return paper.isLeast() ? "> " + number(paper.number()) : number(paper.number());
  }

  /** Three significant digits or more. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
