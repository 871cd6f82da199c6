package io.chameleon.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Where the time of steps goes: milliseconds of each part, over all layers, kernel by kernel, as
 * events of the device count them. Decode steps are faster when they are recorded.
 */
final class GpuParts {

  private static final int TIMES = 7;

  private final Map<String, Map<String, Double>> steps = new LinkedHashMap<>();

  /** Looks into all kinds of steps. */
  static GpuParts of(GpuStage stage, int context) {
    GpuParts parts = new GpuParts();
    for (int tokens : new int[] {256, 1024, 4096}) {
      parts.add("prefill " + tokens, stage, new int[1], 0, tokens);
    }
    parts.add("+ rank 128", stage, new int[] {128}, 0, 1024);
    parts.add("decode 1", stage, new int[1], context, 1);
    parts.add("decode 32", stage, new int[32], context, 1);
    int[] ranks = new int[32];
    java.util.Arrays.fill(ranks, 50);
    parts.add("+ rank 50", stage, ranks, context, 1);
    return parts;
  }

  private void add(String name, GpuStage stage, int[] ranks, int context, int fed) {
    try (GpuStage.Rows rows = stage.new Rows(ranks, context, fed, TIMES)) {
      rows.step();
      steps.put(name, rows.parts(TIMES));
    }
  }

  /** One line for each part. */
  void print(PrintStream out) {
    Set<String> names = new LinkedHashSet<>();
    steps.values().forEach(parts -> names.addAll(parts.keySet()));
    List<String> head = new ArrayList<>(List.of("ms, kernel by kernel"));
    head.addAll(steps.keySet());
    out.println(line(head));
    for (String name : names) {
      List<String> line = new ArrayList<>(List.of(name));
      steps.values().forEach(parts -> line.add(number(parts.get(name))));
      out.println(line(line));
    }
    List<String> sums = new ArrayList<>(List.of("all"));
    steps
        .values()
        .forEach(parts -> sums.add(number(parts.values().stream().reduce(0.0, Double::sum))));
    out.println(line(sums));
  }

  private static String number(@org.jspecify.annotations.Nullable Double millis) {
    return millis == null ? "" : String.format(Locale.ROOT, "%.3f", millis);
  }

  private static String line(List<String> cells) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-22s", cells.getFirst()));
    for (String cell : cells.subList(1, cells.size())) {
      line.append(String.format(Locale.ROOT, "%14s", cell));
    }
    return line.toString();
  }
}
