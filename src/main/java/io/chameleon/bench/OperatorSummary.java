package io.chameleon.bench;

import io.chameleon.engine.Batch;
import io.chameleon.engine.djl.OperatorTrace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A step taken apart by libtorch's operators, each with the time it spent itself, without the
 * operators it called. Recording costs about a microsecond an operator, so the sum is larger than
 * the step that is measured without it.
 */
final class OperatorSummary {

  private static final int STEPS = 31;

  /** An operator on the thread, and when it ends. */
  private record Open(String name, double end) {}

  /** Calls of an operator, and their microseconds. */
  private static final class Cost {
    private int calls;
    private double micros;
  }

  private final Map<String, Cost> costs = new HashMap<>();

  /** Reads a trace in Chrome's format, of a single thread. */
  OperatorSummary(JsonNode trace) {
    read(trace);
  }

  /** Runs a step many times and prints the operators of the median one, the dearest first. */
  static void print(String title, BenchEngine engine, Batch batch, PrintStream out)
      throws IOException {
    Path file = Files.createTempFile("chameleon-trace", ".json");
    try {
      List<OperatorSummary> steps = new ArrayList<>();
      for (int i = 0; i < STEPS; i++) {
        OperatorTrace.record(() -> engine.step(batch), file);
        steps.add(new OperatorSummary(JsonMapper.shared().readTree(file.toFile())));
      }
      steps.sort(Comparator.comparingDouble(OperatorSummary::micros));
      steps.get(STEPS / 2).print(title, out);
    } finally {
      Files.delete(file);
    }
  }

  /** Takes the events of the thread in the order of their starts, so that callers come first. */
  private void read(JsonNode trace) {
    List<JsonNode> events =
        trace
            .valueStream()
            .filter(event -> event.path("ph").asString("").equals("X"))
            .sorted(
                Comparator.comparingDouble((JsonNode event) -> event.get("ts").asDouble())
                    .thenComparingDouble(event -> -event.get("dur").asDouble()))
            .toList();
    Deque<Open> callers = new ArrayDeque<>();
    for (JsonNode event : events) {
      double start = event.get("ts").asDouble();
      double micros = event.get("dur").asDouble();
      while (!callers.isEmpty() && callers.peek().end() <= start) {
        callers.pop();
      }
      if (!callers.isEmpty()) {
        cost(callers.peek().name()).micros -= micros;
      }
      Open open = new Open(event.get("name").asString(), start + micros);
      callers.push(open);
      Cost own = cost(open.name());
      own.calls++;
      own.micros += micros;
    }
  }

  private void print(String title, PrintStream out) {
    out.printf(Locale.ROOT, "%n%s: %.2f ms in operators%n", title, micros() / 1e3);
    costs.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -entry.getValue().micros))
        .forEach(entry -> print(entry.getKey(), entry.getValue(), out));
  }

  private void print(String name, Cost cost, PrintStream out) {
    out.printf(
        Locale.ROOT,
        "  %-36s %5d calls %9.1f us %5.1f %%%n",
        name,
        cost.calls,
        cost.micros,
        100 * cost.micros / micros());
  }

  /** What an operator took itself, over all its calls, in microseconds. */
  double micros(String operator) {
    return cost(operator).micros;
  }

  /** What all took together, in microseconds. */
  double micros() {
    return costs.values().stream().mapToDouble(cost -> cost.micros).sum();
  }

  private Cost cost(String name) {
    return costs.computeIfAbsent(name, _ -> new Cost());
  }
}
