package io.chameleon.simulation.paper;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The paper's own numbers: the file {@code paper/values.csv} in the jar. */
public final class PaperValues {

  private static final String FILE = "/paper/values.csv";

  private static final String HEADER = "figure,system,x,metric,paper";

  private static final int COLUMNS = 5;

  /**
   * A number of the paper.
   *
   * @param number the number
   * @param isLeast whether the paper's is larger: the figure's axis ends here
   */
  public record Value(double number, boolean isLeast) {

    static Value of(String text) {
      boolean isLeast = text.startsWith(">");
      return new Value(Double.parseDouble(isLeast ? text.substring(1) : text), isLeast);
    }
  }

  private final Map<PaperCell, Value> values;

  private PaperValues(Map<PaperCell, Value> values) {
    this.values = values;
  }

  /** All of them. */
  public static PaperValues load() {
    try (InputStream csv = PaperValues.class.getResourceAsStream(FILE)) {
      if (csv == null) {
        throw new IllegalStateException("the jar has no " + FILE);
      }
      var reader = new BufferedReader(new InputStreamReader(csv, StandardCharsets.UTF_8));
      return read(reader.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads lines of CSV; those that begin with # are remarks.
   *
   * @throws IllegalArgumentException naming the line at fault
   */
  static PaperValues read(List<String> lines) {
    List<String> rows = lines.stream().filter(line -> !line.startsWith("#")).toList();
    if (rows.isEmpty() || !rows.getFirst().equals(HEADER)) {
      throw new IllegalArgumentException("the first line must be " + HEADER);
    }
    Map<PaperCell, Value> found = new LinkedHashMap<>();
    for (String row : rows.subList(1, rows.size())) {
      List<String> cells = List.of(row.split(",", -1));
      if (cells.size() != COLUMNS) {
        throw new IllegalArgumentException(
            "'%s' has %d columns; it must have %d".formatted(row, cells.size(), COLUMNS));
      }
      PaperCell cell = new PaperCell(cells.get(0), cells.get(1), cells.get(2), cells.get(3));
      if (found.put(cell, Value.of(cells.get(4))) != null) {
        throw new IllegalArgumentException("'%s' is there twice".formatted(row));
      }
    }
    return new PaperValues(found);
  }

  /** What the paper has there, or null. */
  @Nullable Value of(PaperCell cell) {
    return values.get(cell);
  }

  /** Where the paper has a number. */
  public List<PaperCell> cells() {
    return List.copyOf(values.keySet());
  }
}
