package io.chameleon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table of texts, written as Markdown, CSV or HTML.
 *
 * @param header names of the columns
 * @param rows as many cells each as the header has
 */
record TextTable(List<String> header, List<List<String>> rows) {

  TextTable {
    header = List.copyOf(header);
    rows = List.copyOf(rows);
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(
            "row %s has %d cells; the header has %d".formatted(row, row.size(), header.size()));
      }
    }
  }

  /** With columns of even width, so that it can be read as it is. */
  String markdown() {
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < header.size(); column++) {
      int index = column;
      int widest = rows.stream().mapToInt(row -> row.get(index).length()).max().orElse(0);
      widths.add(Math.max(3, Math.max(widest, header.get(column).length())));
    }
    List<String> rule = widths.stream().map("-"::repeat).toList();
    StringBuilder text = new StringBuilder();
    text.append(padded(header, widths)).append(padded(rule, widths));
    rows.forEach(row -> text.append(padded(row, widths)));
    return text.toString();
  }

  private static String padded(List<String> cells, List<Integer> widths) {
    StringBuilder line = new StringBuilder("|");
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      line.append(' ').append(cell).append(" ".repeat(widths.get(i) - cell.length())).append(" |");
    }
    return line.append('\n').toString();
  }

  /** As RFC 4180 has it, with a line feed alone. */
  String csv() {
    StringBuilder text = new StringBuilder(csv(header));
    rows.forEach(row -> text.append(csv(row)));
    return text.toString();
  }

  private static String csv(List<String> cells) {
    return cells.stream().map(TextTable::quoted).collect(Collectors.joining(",", "", "\n"));
  }

  private static String quoted(String cell) {
    boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n');
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  String html() {
    StringBuilder text = new StringBuilder("<table>\n");
    text.append(html(header, "th"));
    rows.forEach(row -> text.append(html(row, "td")));
    return text.append("</table>\n").toString();
  }

  private static String html(List<String> cells, String tag) {
    return cells.stream()
        .map(cell -> "<%s>%s</%s>".formatted(tag, HtmlPage.escaped(cell), tag))
        .collect(Collectors.joining("", "<tr>", "</tr>\n"));
  }
}
