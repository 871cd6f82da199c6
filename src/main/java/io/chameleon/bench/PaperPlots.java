package io.chameleon.bench;

import io.chameleon.simulation.paper.PaperRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The plots of a figure: one for each metric whose axis is of numbers, ours beside the paper's.
 *
 * @param figure as in {@link PaperRow}
 * @param rows of that figure
 */
record PaperPlots(String figure, List<PaperRow> rows) {

  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?");

  /** A curve of two points says less than the table. */
  private static final int FEWEST_POINTS = 4;

  PaperPlots {
    rows = List.copyOf(rows);
  }

  /** Writes an SVG each; returns the files. */
  List<Path> write(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, List<PaperRow>> metric : by(rows, row -> row.cell().metric())) {
      Map<String, List<PaperRow>> curves = curves(metric.getValue());
      if (!curves.isEmpty()) {
        String name = "paper-%s-%s".formatted(figure, metric.getKey().replace('_', '-'));
        files.add(plot(metric.getKey(), curves).write(folder, name));
      }
    }
    return files;
  }

  private static Map<String, List<PaperRow>> curves(List<PaperRow> of) {
    Map<String, List<PaperRow>> curves = new LinkedHashMap<>();
    for (Map.Entry<String, List<PaperRow>> system : by(of, row -> row.cell().system())) {
      List<PaperRow> points =
          system.getValue().stream()
              .filter(row -> NUMBER.matcher(row.cell().x()).matches())
              .toList();
      if (points.size() >= FEWEST_POINTS) {
        curves.put(system.getKey(), points);
      }
    }
    return curves;
  }

  private Plot plot(String metric, Map<String, List<PaperRow>> curves) {
    Plot plot = new Plot("Fig. %s: %s".formatted(figure, label(metric)), axis(), label(metric));
    if (curves.values().stream().flatMap(List::stream).allMatch(row -> row.ours() > 0)) {
      // Past the knee times grow by powers of ten.
      plot.logarithmicY();
    }
    curves.forEach((system, points) -> {
      plot.line(system, x(points), points.stream().mapToDouble(PaperRow::ours).toArray());
      List<PaperRow> told = points.stream().filter(PaperPlots::isTold).toList();
      if (!told.isEmpty()) {
        plot.dashed(
            system + ", paper", x(told), told.stream().mapToDouble(PaperPlots::told).toArray());
      }
    });
    return plot;
  }

  /** A metric as people read it: {@code p99_ttft_s} is the P99 time to first token, in seconds. */
  private static String label(String metric) {
    return metric
        .replaceFirst("_s$", ", s")
        .replaceFirst("_ms$", ", ms")
        .replaceFirst("^p(\\d+)_", "P$1 ")
        .replace("ttft", "time to first token")
        .replace("tbt", "time between tokens")
        .replace('_', ' ');
  }

  private String axis() {
    return figure.equals("20") ? "adapters" : "requests/s";
  }

  private static boolean isTold(PaperRow row) {
    return row.paper() != null && !row.paper().isLeast();
  }

  private static double told(PaperRow row) {
    return row.paper() == null ? 0 : row.paper().number();
  }

  private static double[] x(List<PaperRow> points) {
    return points.stream().mapToDouble(row -> Double.parseDouble(row.cell().x())).toArray();
  }

  private static List<Map.Entry<String, List<PaperRow>>> by(
      List<PaperRow> of, Function<PaperRow, String> group) {
    return List.copyOf(
        of.stream()
            .collect(Collectors.groupingBy(group, LinkedHashMap::new, Collectors.toList()))
            .entrySet());
  }
}
