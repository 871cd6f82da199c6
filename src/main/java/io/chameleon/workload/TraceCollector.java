package io.chameleon.workload;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers the requests of a trace. */
final class TraceCollector {

  private final List<Row> rows = new ArrayList<>();
  private final Map<String, Integer> adapters = new LinkedHashMap<>();
  private final Map<String, Integer> tenants = new LinkedHashMap<>();
  private int leftOut;

  /** A request before the trace's start is known; seconds from any moment. */
  private record Row(double seconds, RequestLengths lengths, int adapter, int tenant) {

    TracedRequest after(double start) {
      return new TracedRequest(
          seconds - start,
          lengths.inputTokens(),
          lengths.outputTokens(),
          lengths.maxTokens(),
          adapter,
          tenant);
    }
  }

  /** Adds a request of a file that knows lengths alone. */
  void add(double seconds, int inputTokens, int outputTokens) {
    if (inputTokens == 0 || outputTokens == 0) {
      leaveOut();
      return;
    }
    add(seconds, new RequestLengths(inputTokens, outputTokens), null, null);
  }

  void add(
      double seconds, RequestLengths lengths, @Nullable String adapter, @Nullable String tenant) {
    rows.add(new Row(seconds, lengths, number(adapters, adapter), number(tenants, tenant)));
  }

  void leaveOut() {
    leftOut++;
  }

  /**
   * All that was added.
   *
   * @throws InvalidTraceException if it is nothing
   */
  Trace trace(Path file) {
    double start =
        rows.stream()
            .mapToDouble(Row::seconds)
            .min()
            .orElseThrow(() -> new InvalidTraceException(file + " has no requests"));
    List<TracedRequest> requests = rows.stream().map(row -> row.after(start)).toList();
    return new Trace(
        new Workload(requests),
        List.copyOf(adapters.keySet()),
        List.copyOf(tenants.keySet()),
        leftOut);
  }

  private static int number(Map<String, Integer> names, @Nullable String name) {
    return name == null ? -1 : names.computeIfAbsent(name, n -> names.size());
  }
}
