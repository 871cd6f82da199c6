package io.chameleon.bench;

import io.chameleon.simulation.paper.PaperCell;
import io.chameleon.simulation.paper.PaperRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The numbers of a figure as tables: one for each metric, axis down, two columns a system. */
final class PaperTable {

  static final String LEGEND =
      "In each pair of columns the paper's number is on the left, ours on the right: = reproduced"
          + " (cuts within 15 points, others within 15 %), ~ same shape, x neither.";

  private PaperTable() {}

  /** The tables of rows of one figure. */
  static List<TextTable> of(List<PaperRow> figure) {
    return figure.stream()
        .collect(
            Collectors.groupingBy(
                row -> row.cell().metric(), LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .map(PaperTable::ofMetric)
        .toList();
  }

  private static TextTable ofMetric(List<PaperRow> rows) {
    List<String> systems = rows.stream().map(row -> row.cell().system()).distinct().toList();
    SequencedMap<String, Map<String, PaperRow>> byX = new LinkedHashMap<>();
    for (PaperRow row : rows) {
      PaperCell cell = row.cell();
      byX.computeIfAbsent(cell.x(), x -> new LinkedHashMap<>()).put(cell.system(), row);
    }
    List<String> header = new ArrayList<>(List.of(rows.getFirst().cell().metric()));
    for (String system : systems) {
      header.addAll(List.of("paper", system));
    }
    List<List<String>> lines = new ArrayList<>();
    byX.forEach((x, of) -> lines.add(line(x, systems, of)));
    return new TextTable(header, lines);
  }

  private static List<String> line(String x, List<String> systems, Map<String, PaperRow> of) {
    List<String> line = new ArrayList<>(List.of(x));
    for (String system : systems) {
      @Nullable PaperRow row = of.get(system);
      line.add(row == null ? "" : PaperReport.text(row.paper()));
      line.add(row == null ? "" : PaperReport.number(row.ours()) + mark(row));
    }
    return line;
  }

  private static String mark(PaperRow row) {
    return switch (row.verdict()) {
      case REPRODUCED -> " =";
      case SAME_SHAPE -> " ~";
      case NOT -> " x";
      case NO_PAPER -> "";
    };
  }
}
