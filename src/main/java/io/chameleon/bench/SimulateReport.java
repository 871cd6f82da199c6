package io.chameleon.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What {@code simulate} found, as a table, CSV and HTML with plots.
 *
 * @param title what was run
 * @param rows by system, then by load
 */
record SimulateReport(String title, List<SimulateRow> rows) {

  SimulateReport {
    rows = List.copyOf(rows);
  }

  TextTable table() {
    return new TextTable(SimulateRow.HEADER, rows.stream().map(SimulateRow::cells).toList());
  }

  /** Writes {@code simulate.csv}, {@code simulate.html} and its plots; returns the files. */
  List<Path> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<Path> files = new ArrayList<>();
    files.add(Files.writeString(folder.resolve("simulate.csv"), table().csv()));
    HtmlPage page = new HtmlPage("Simulated service").paragraph(title).table(table());
    Path p99 = plot("P99 time to first token", "ms", SimulateRow::p99Ttft).write(folder, "p99");
    Path p50 = plot("Median time to first token", "ms", SimulateRow::p50Ttft).write(folder, "p50");
    Path tbt = plot("P99 time between tokens", "ms", SimulateRow::p99Tbt).write(folder, "tbt");
    page.plot(p99, "P99 time to first token").plot(p50, "median").plot(tbt, "between tokens");
    files.add(page.write(folder.resolve("simulate.html")));
    files.addAll(List.of(p99, p50, tbt));
    return files;
  }

  private Plot plot(String name, String unit, ToDoubleFunction<SimulateRow> value) {
    Plot plot = new Plot(name, "requests/s", unit);
    Map<String, List<SimulateRow>> curves =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    SimulateRow::system, LinkedHashMap::new, Collectors.toList()));
    curves.forEach((system, of) ->
        plot.line(
            system,
            of.stream().mapToDouble(SimulateRow::load).toArray(),
            of.stream().mapToDouble(value).toArray()));
    return plot;
  }
}
