package io.chameleon.workload;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows of a CSV trace: numbers and times alone, so that no cell is quoted or has a comma. */
final class CsvLines implements LineFormat {

  /** The headers that are known: Azure's first, then BurstGPT's. */
  static final List<Columns> KNOWN =
      List.of(
          new Columns("TIMESTAMP", CsvLines::timeOfDay, "ContextTokens", "GeneratedTokens"),
          new Columns("Timestamp", CsvLines::plainSeconds, "Request tokens", "Response tokens"));

  /** Up to nine digits of a second; the traces of 2024 add an offset, always 0. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendPattern("[XXX]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final LocalDateTime EPOCH = LocalDate.EPOCH.atStartOfDay();

  private static final String WHOLE_NUMBER = "a whole number from 0 to " + Integer.MAX_VALUE;

  private final Columns columns;
  private final List<String> header;

  /** Reads a cell that is a time. */
  @FunctionalInterface
  interface TimeCell {

    /** Seconds from a moment that is the same for the whole file. */
    double seconds(TraceLine line, String column, String cell);
  }

  /** The columns that one format is known by. */
  record Columns(String time, TimeCell cell, String input, String output) {

    List<String> names() {
      return List.of(time, input, output);
    }
  }

  CsvLines(Columns columns, List<String> header) {
    this.columns = columns;
    this.header = header;
  }

  static List<String> cells(TraceLine line) {
    String text = line.text();
    String marked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return Arrays.stream(marked.split(",", -1)).map(String::strip).toList();
  }

  @Override
  public boolean hasHeader() {
    return true;
  }

  @Override
  public void read(TraceLine line, TraceCollector into) {
    List<String> cells = cells(line);
    if (cells.size() != header.size()) {
      throw line.error("has %d columns; the header has %d".formatted(cells.size(), header.size()));
    }
    double seconds =
        columns.cell().seconds(line, columns.time(), cells.get(header.indexOf(columns.time())));
    into.add(seconds, tokens(line, columns.input(), cells), tokens(line, columns.output(), cells));
  }

  private int tokens(TraceLine line, String column, List<String> cells) {
    String cell = cells.get(header.indexOf(column));
    try {
      int tokens = Integer.parseInt(cell);
      if (tokens >= 0) {
        return tokens;
      }
    } catch (NumberFormatException e) {
      throw line.error(column, '"' + cell + '"', WHOLE_NUMBER);
    }
    throw line.error(column, cell, WHOLE_NUMBER);
  }

  private static double timeOfDay(TraceLine line, String column, String cell) {
    try {
      Duration time = Duration.between(EPOCH, LocalDateTime.parse(cell, TIME));
      return time.toSeconds() + time.toNanosPart() / 1e9;
    } catch (DateTimeException e) {
      throw line.error(column, '"' + cell + '"', "a time as 2023-11-16 18:15:46.6805900");
    }
  }

  private static double plainSeconds(TraceLine line, String column, String cell) {
    try {
      double seconds = Double.parseDouble(cell);
      if (Double.isFinite(seconds)) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      throw line.error(column, '"' + cell + '"', "seconds");
    }
    throw line.error(column, cell, "finite seconds");
  }
}
