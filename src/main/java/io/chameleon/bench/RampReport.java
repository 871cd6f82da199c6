package io.chameleon.bench;

import java.awt.Color;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the ramp found: JSON, a plot of cells over time, and whether what is promised was held.
 *
 * @param phases in their order; the last one is the end
 * @param samples of the scheduler
 * @param outcomes of all requests
 */
record RampReport(List<Phase> phases, List<SchedulerSample> samples, List<Outcome> outcomes) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private static final Color FREE = new Color(0xECECEC);

  private static final Color ADAPTERS = new Color(0x4C9F70);

  private static final Color WINDOW = new Color(0xE0A030);

  private static final Color KV = new Color(0x3B6FB6);

  /**
   * What the clients began to do at a moment.
   *
   * @param seconds since the start of sampling
   */
  record Phase(String name, double seconds) {}

  RampReport {
    phases = List.copyOf(phases);
    samples = List.copyOf(samples);
    outcomes = List.copyOf(outcomes);
  }

  /** Prints a line for each phase, and the verdicts. */
  void print(PrintStream out) {
    out.printf("%n| phase | seconds | most KV cells | adapter cells, least to most |%n");
    out.println("|---|---|---|---|");
    for (int i = 0; i + 1 < phases.size(); i++) {
      print(out, phases.get(i), phases.get(i + 1).seconds());
    }
    out.println();
    verdicts().forEach(out::println);
  }

  /** What is promised, and what was found. */
  List<String> verdicts() {
    List<Outcome.Refused> refused = Outcome.refused(outcomes);
    String failed = "no request failed: %d of %d did".formatted(refused.size(), outcomes.size());
    List<SchedulerSample> waiting =
        samples.stream()
            .filter(sample ->
                sample.waitsForMemory(DecodeRows.MOST_ROWS, ServiceUnderTest.BATCH_TOKENS))
            .toList();
    long waits = waiting.stream().filter(SchedulerSample::hasIdleAdaptersOnly).count();
    String waited =
        "none waited while an idle adapter held cells: in %d of %d samples one did"
            .formatted(waits, samples.size());
    return Stream.concat(
            Stream.of(
                verdict(refused.isEmpty(), failed),
                verdict(waits == 0, waited),
                waste(waiting),
                preemptions()),
            refused.stream().limit(3).map(each -> "  " + each.reason()))
        .toList();
  }

  /** Writes {@code ramp.json} and {@code ramp.svg}; returns the files. */
  List<Path> write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path json = folder.resolve("ramp.json");
    Map<String, Object> report =
        Map.of(
            "phases",
            phases,
            "samples",
            samples,
            "requests",
            outcomes.size(),
            "failed",
            Outcome.refused(outcomes).size());
    Files.writeString(json, JSON.writeValueAsString(report) + "\n");
    return List.of(json, plot().write(folder, "ramp"));
  }

  private void print(PrintStream out, Phase phase, double end) {
    List<SchedulerSample> during =
        samples.stream()
            .filter(sample -> sample.seconds() >= phase.seconds() && sample.seconds() < end)
            .toList();
    out.println(
        String.format(
            Locale.ROOT,
            "| %s | %.1f | %d | %d to %d |",
            phase.name(),
            end - phase.seconds(),
            most(during, SchedulerSample::kv),
            during.stream().mapToInt(SchedulerSample::adapter).min().orElse(0),
            most(during, SchedulerSample::adapter)));
  }

  private static int most(List<SchedulerSample> samples, ToIntFunction<SchedulerSample> what) {
    return samples.stream().mapToInt(what).max().orElse(0);
  }

  /** Free cells do not help a sequence if no run of them is long enough. */
  private static String waste(List<SchedulerSample> waiting) {
    return "         cells that were free while one waited for memory: up to "
        + most(waiting, SchedulerSample::free);
  }

  private String preemptions() {
    long count = samples.isEmpty() ? 0 : samples.getLast().preemptions();
    return "         sequences put back to make room for others: " + count;
  }

  private static String verdict(boolean met, String text) {
    return (met ? "met:    " : "MISSED: ") + text;
  }

  /** Stacked: each area is drawn over the part of the ones before that is not its own. */
  private Plot plot() {
    double[] seconds = values(SchedulerSample::seconds);
    return new Plot("Who has the cells of the arena", "seconds", "cells")
        .area("free", FREE, seconds, values(SchedulerSample::cells))
        .area("adapters at rest", ADAPTERS, seconds, values(s -> s.adapter() + s.window() + s.kv()))
        .area("window", WINDOW, seconds, values(s -> s.window() + s.kv()))
        .area("KV", KV, seconds, values(SchedulerSample::kv));
  }

  private double[] values(ToDoubleFunction<SchedulerSample> what) {
    return samples.stream().mapToDouble(what).toArray();
  }
}
