package io.chameleon.bench;

import io.chameleon.fixtures.SlowFileSystem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What the base's and other adapters' time to first token did while a source was in trouble. */
final class SlowSourceReport {

  private static final double MOST_RATIO = 1.1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final Map<Phase, List<Probe>> probes = new EnumMap<>(Phase.class);

  private final Map<Phase, List<Outcome>> trouble = new EnumMap<>(Phase.class);

  /** What goes on beside the probes. */
  enum Phase {
    QUIET,
    SLOW,
    FAILING
  }

  /**
   * A request of which nobody should notice the trouble.
   *
   * @param base for the base model, or else for an adapter from a healthy source
   */
  record Probe(boolean base, Outcome outcome) {}

  /**
   * A line of the report; times to first token in ms.
   *
   * @param ratioToQuiet of the medians
   */
  record Line(String phase, String model, int requests, double medianMs, double ratioToQuiet) {

    boolean isMet() {
      return ratioToQuiet <= MOST_RATIO;
    }
  }

  void add(Phase phase, List<Probe> found) {
    probes.computeIfAbsent(phase, any -> new ArrayList<>()).addAll(found);
  }

  /** Adds what became of requests for the adapter that is in trouble. */
  void addTrouble(Phase phase, List<Outcome> outcomes) {
    trouble.computeIfAbsent(phase, any -> new ArrayList<>()).addAll(outcomes);
  }

  List<Outcome> trouble(Phase phase) {
    return List.copyOf(trouble.getOrDefault(phase, List.of()));
  }

  List<Outcome.Refused> refusedProbes() {
    return Outcome.refused(
        probes.values().stream().flatMap(List::stream).map(Probe::outcome).toList());
  }

  /** Prints the table and writes {@code slow-source.json}. */
  void finish(SlowFileSystem files, Path folder, PrintStream out) throws IOException {
    List<Line> lines = lines();
    out.println("| beside | asked for | requests | median TTFT ms | ÷ quiet | goal <= 1.1 |");
    out.println("|---|---|---|---|---|---|");
    for (Line line : lines) {
      out.println(
          String.format(
              Locale.ROOT,
              "| %s | %s | %d | %.2f | %.3f | %s |",
              line.phase(),
              line.model(),
              line.requests(),
              line.medianMs(),
              line.ratioToQuiet(),
              line.isMet() ? "met" : "missed"));
    }
    out.printf("slow reads: %d, failed reads: %d%n", files.slowReads(), files.failedReads());
    trouble.forEach((phase, outcomes) -> out.println(summary(phase, outcomes)));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("lines", lines);
    json.put("slowReads", files.slowReads());
    json.put("failedReads", files.failedReads());
    Files.createDirectories(folder);
    Path file = folder.resolve("slow-source.json");
    Files.writeString(file, JSON.writeValueAsString(json) + "\n");
    out.println("written: " + file);
  }

  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      for (boolean base : new boolean[] {true, false}) {
        double[] ttfts = ttfts(phase, base);
        double median = Timings.median(ttfts);
        double ratio = median / Timings.median(ttfts(Phase.QUIET, base));
        String name = phase.name().toLowerCase(Locale.ROOT);
        lines.add(new Line(name, base ? "base" : "other adapters", ttfts.length, median, ratio));
      }
    }
    return lines;
  }

  private double[] ttfts(Phase phase, boolean base) {
    List<Outcome> outcomes =
        probes.getOrDefault(phase, List.of()).stream()
            .filter(probe -> probe.base() == base)
            .map(Probe::outcome)
            .toList();
    double[] ttfts =
        Outcome.answered(outcomes).stream().mapToDouble(Outcome.Answered::ttftMillis).toArray();
    if (ttfts.length == 0) {
      throw new AssertionError("%s: nothing was answered of %s".formatted(phase, outcomes));
    }
    return ttfts;
  }

  private static String summary(Phase phase, List<Outcome> outcomes) {
    List<Outcome.Refused> refused = Outcome.refused(outcomes);
    double longest =
        Outcome.answered(outcomes).stream()
            .mapToDouble(Outcome.Answered::ttftMillis)
            .max()
            .orElse(0);
    return String.format(
        Locale.ROOT,
        "%s: %d asked for it, %d answered (the longest wait %.1f s), %d refused%s",
        phase.name().toLowerCase(Locale.ROOT),
        outcomes.size(),
        outcomes.size() - refused.size(),
        longest / 1e3,
        refused.size(),
        refused.isEmpty() ? "" : ", such as: " + refused.getFirst().reason());
  }
}
