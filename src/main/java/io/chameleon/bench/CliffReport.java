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
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The cases of the cliff proof as a table, as JSON and as plots, and whether they hold what is
 * promised.
 *
 * @param cells by law, then by number of adapters
 */
record CliffReport(List<CliffCell> cells) {

  private static final double MOST_MEDIAN_STEP = 1.5;

  private static final double MOST_TAIL_STEP = 2;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  CliffReport {
    cells = List.copyOf(cells);
  }

  /** Prints the table and the verdicts. */
  void print(PrintStream out) {
    out.println("| law | adapters | median TTFT ms | P99 TTFT ms | tokens/s | refused |");
    out.println("|---|---|---|---|---|---|");
    for (CliffCell cell : cells) {
      out.println(
          String.format(
              Locale.ROOT,
              "| %s | %d | %.1f | %.1f | %.0f | %d |",
              cell.law(),
              cell.adapters(),
              cell.medianTtftMs(),
              cell.p99TtftMs(),
              cell.tokensPerSecond(),
              cell.refused()));
    }
    out.println();
    verdicts().forEach(out::println);
  }

  /** What is promised, and what was found. */
  List<String> verdicts() {
    int refused = cells.stream().mapToInt(CliffCell::refused).sum();
    return List.of(
        step("median TTFT", CliffCell::medianTtftMs, MOST_MEDIAN_STEP),
        step("P99 TTFT", CliffCell::p99TtftMs, MOST_TAIL_STEP),
        verdict(refused == 0, "no request refused: %d were".formatted(refused)));
  }

  /** Writes {@code cliff.json} and a plot for each figure; returns the files. */
  List<Path> write(Path folder) throws IOException {
    List<Path> files = new ArrayList<>(List.of(writeJson(folder, "cliff")));
    files.add(timesPlot().write(folder, "cliff-ttft"));
    files.add(ratesPlot().write(folder, "cliff-tokens"));
    return files;
  }

  /** Writes {@code NAME.json} alone: plots need fonts, which a bare host lacks. */
  Path writeJson(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    Path json = folder.resolve(name + ".json");
    Files.writeString(json, JSON.writeValueAsString(cells) + "\n");
    return json;
  }

  private String step(String what, ToDoubleFunction<CliffCell> value, double most) {
    double greatest = 0;
    String where = "nowhere";
    for (List<CliffCell> law : byLaw().values()) {
      for (int i = 1; i < law.size(); i++) {
        double step = value.applyAsDouble(law.get(i)) / value.applyAsDouble(law.get(i - 1));
        if (step > greatest) {
          greatest = step;
          where =
              "%s, from %d to %d adapters"
                  .formatted(law.get(i).law(), law.get(i - 1).adapters(), law.get(i).adapters());
        }
      }
    }
    String text =
        String.format(
            Locale.ROOT,
            "no step over %.1f x in %s between neighbours: the greatest is %.2f x (%s)",
            most,
            what,
            greatest,
            where);
    return verdict(greatest <= most, text);
  }

  private static String verdict(boolean met, String text) {
    return (met ? "met:    " : "MISSED: ") + text;
  }

  private Map<String, List<CliffCell>> byLaw() {
    return cells.stream()
        .collect(Collectors.groupingBy(CliffCell::law, LinkedHashMap::new, Collectors.toList()));
  }

  private Plot timesPlot() {
    Plot plot =
        new Plot("Time to first token over the number of adapters", "adapters", "ms").logarithmic();
    byLaw()
        .forEach((law, of) -> {
          plot.line(law + ", median", adapters(of), values(of, CliffCell::medianTtftMs));
          plot.line(law + ", P99", adapters(of), values(of, CliffCell::p99TtftMs));
        });
    return plot;
  }

  private Plot ratesPlot() {
    Plot plot =
        new Plot("Output over the number of adapters", "adapters", "tokens/s").logarithmicX();
    byLaw()
        .forEach((law, of) -> plot.line(law, adapters(of), values(of, CliffCell::tokensPerSecond)));
    return plot;
  }

  private static double[] adapters(List<CliffCell> cells) {
    return values(cells, CliffCell::adapters);
  }

  private static double[] values(List<CliffCell> cells, ToDoubleFunction<CliffCell> value) {
    return cells.stream().mapToDouble(value).toArray();
  }
}
