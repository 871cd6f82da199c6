package io.chameleon.workload;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** How the lines of a trace are read. */
interface LineFormat {

  /** Whether the first line names columns and is no request. */
  boolean hasHeader();

  /**
   * Reads a request.
   *
   * @throws InvalidTraceException if the line is malformed
   */
  void read(TraceLine line, TraceCollector into);

  /**
   * The format of a file.
   *
   * @param first its first line
   * @throws InvalidTraceException if it is none that is known
   */
  static LineFormat of(TraceLine first) {
    return first.text().startsWith("{") ? ofJson(first) : ofCsv(first);
  }

  private static LineFormat ofJson(TraceLine first) {
    ObjectNode fields = JsonFields.of(first).node();
    if (fields.has(MooncakeLines.INPUT)) {
      return new MooncakeLines();
    }
    if (fields.has(RecordedLines.TIME)) {
      return new RecordedLines();
    }
    throw first.error(
        "has neither %s (Mooncake) nor %s (a recording)"
            .formatted(MooncakeLines.INPUT, RecordedLines.TIME));
  }

  private static LineFormat ofCsv(TraceLine first) {
    List<String> header = CsvLines.cells(first);
    return CsvLines.KNOWN.stream()
        .filter(columns -> header.containsAll(columns.names()))
        .findFirst()
        .map(columns -> new CsvLines(columns, header))
        .orElseThrow(() ->
            first.error(
                "is no known header: it must be JSON, or name %s or %s"
                    .formatted(
                        CsvLines.KNOWN.getFirst().names(), CsvLines.KNOWN.getLast().names())));
  }
}
