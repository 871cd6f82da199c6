package io.chameleon.bench;

import java.io.IOException;
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
 * The policy {@code adaptive} beside its baselines: curves over load, and what was promised.
 *
 * @param title what was run
 * @param curves of each system, by load
 * @param rows all comparisons
 * @param leftOut workloads that were not run, and why
 */
record AdaptiveReport(
    String title,
    Map<AdaptiveSystem, List<AdaptivePoint>> curves,
    List<AdaptiveRow> rows,
    List<String> leftOut) {

  private static final double MS_PER_SECOND = 1e3;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** The tables, as people read them. */
  String markdown() {
    List<String> lines = new ArrayList<>(List.of(title, ""));
    lines.add("P99 TTFT in seconds (and the median) over requests per second:");
    lines.add("");
    curveTable(lines);
    lines.add("");
    curves.forEach((system, curve) ->
        lines.add(
            "%s: %s at P99 TTFT 5 s".formatted(system.label(), AdaptiveProof.capacity(curve))));
    lines.add("");
    lines.add("| workload | load | against | metric | theirs | adaptive | change | goal | |");
    lines.add("|---|---|---|---|---|---|---|---|---|");
    rows.forEach(row -> lines.add(row.markdown()));
    leftOut.forEach(what -> lines.add("\nLeft out: " + what));
    return String.join("\n", lines) + "\n";
  }

  /** Writes {@code adaptive.json}, {@code adaptive.md} and a plot; returns the files. */
  List<Path> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path json = folder.resolve("adaptive.json");
    Path markdown = folder.resolve("adaptive.md");
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("curves", curves.values().stream().flatMap(List::stream).map(this::json).toList());
    content.put("rows", rows.stream().map(AdaptiveRow::json).toList());
    content.put("leftOut", leftOut);
    Files.writeString(json, JSON.writeValueAsString(content) + "\n");
    Files.writeString(markdown, markdown());
    return List.of(json, markdown, plot().write(folder, "adaptive-ttft"));
  }

  private void curveTable(List<String> lines) {
    StringBuilder head = new StringBuilder("| requests/s |");
    StringBuilder rule = new StringBuilder("|---|");
    curves
        .keySet()
        .forEach(system -> {
          head.append(" ").append(system.label()).append(" |");
          rule.append("---|");
        });
    lines.add(head.toString());
    lines.add(rule.toString());
    int loads = curves.values().iterator().next().size();
    for (int i = 0; i < loads; i++) {
      int at = i;
      StringBuilder line = new StringBuilder();
      curves.values().forEach(curve -> line.append(cell(line.isEmpty(), curve.get(at))));
      lines.add(line.toString());
    }
  }

  private static String cell(boolean first, AdaptivePoint point) {
    String load = "| %.2f |".formatted(point.requestsPerSecond());
    return String.format(
        Locale.ROOT,
        "%s %.2f (%.2f) |",
        first ? load : "",
        point.times().p99Ttft() / MS_PER_SECOND,
        point.times().p50Ttft() / MS_PER_SECOND);
  }

  private Map<String, @Nullable Object> json(AdaptivePoint point) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("system", point.system().label());
    json.put("requestsPerSecond", point.requestsPerSecond());
    json.put("p50TtftMs", point.times().p50Ttft());
    json.put("p99TtftMs", point.times().p99Ttft());
    json.put("maxTtftMs", point.times().mostTtft());
    json.put("p99TbtMs", point.times().p99Gap());
    return json;
  }

  /** Up to where a curve leaves the objective well behind. */
  private Plot plot() {
    Plot plot = new Plot("P99 time to first token, 1,000 adapters", "requests per second", "s");
    curves.forEach((system, curve) -> {
      List<AdaptivePoint> shown =
          curve.stream()
              .filter(point -> point.times().p99Ttft() <= 3 * AdaptiveProof.OBJECTIVE_MS)
              .toList();
      if (!shown.isEmpty()) {
        plot.line(
            system.label(),
            shown.stream().mapToDouble(AdaptivePoint::requestsPerSecond).toArray(),
            shown.stream().mapToDouble(p -> p.times().p99Ttft() / MS_PER_SECOND).toArray());
      }
    });
    return plot;
  }
}
