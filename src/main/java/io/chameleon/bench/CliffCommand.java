package io.chameleon.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * {@code bench cliff}: what the number of adapters does to time to first token, in an arena that
 * holds about {@value #FITTING} of them. All cases have their turns in one service, in shuffled
 * order, so that a machine that slows down does not look like a cliff.
 */
final class CliffCommand {

  /** Median adapters that fit; and those whose capacity is the yardstick. */
  private static final int FITTING = 16;

  /** Of the capacity measured with {@link #FITTING} resident adapters. */
  private static final double LOAD = 0.7;

  private static final int SEQUENCES = DecodeRows.MOST_ROWS;

  /**
   * Sequences that run at a time at the load of this proof, as each turn prints: for so many the
   * arena has KV and window beside the adapters that shall fit. When more run, they take it from
   * the cache.
   */
  private static final int RUNNING = 4;

  private static final Workload WORKLOAD = new Workload(96, 32);

  private final CliffOptions options;

  private final PrintStream out;

  private final ProofModel model;

  private final AdapterGenerator generator;

  CliffCommand(CliffOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
    this.model = ProofModel.open(options.model(), options.threads());
    this.generator =
        new AdapterGenerator(model.config(), AdapterGenerator.ATTENTION, options.seed());
  }

  /** Runs it. */
  void run() throws IOException {
    Machine.describe(model.threads(), model.id()).forEach(out::println);
    try (TemporaryFolder folder = TemporaryFolder.in(options.out(), "cliff-adapters-")) {
      List<AdapterGenerator.Generated> adapters = generate(folder.path());
      ArenaBudget budget = ArenaBudget.of(generator, WORKLOAD, RUNNING, FITTING);
      budget.lines().forEach(out::println);
      double capacity = capacity(folder.path(), adapters.subList(0, FITTING), budget);
      List<CliffCell> cells = cells(folder.path(), adapters, budget, capacity * LOAD);
      CliffReport report = new CliffReport(cells);
      report.print(out);
      out.printf("%nwritten: %s%n", report.write(options.out()));
    }
  }

  private List<AdapterGenerator.Generated> generate(Path folder) {
    int count = Math.max(FITTING, Collections.max(options.adapters()));
    long start = System.nanoTime();
    List<AdapterGenerator.Generated> adapters =
        generator.write(folder, RankMix.draw(count, options.seed()));
    out.printf(
        Locale.ROOT, "made     %d adapters in %.1f s%n", count, (System.nanoTime() - start) / 1e9);
    return adapters;
  }

  /** Requests a second that a service answers which has room for all it needs. */
  private double capacity(
      Path folder, List<AdapterGenerator.Generated> adapters, ArenaBudget budget) {
    long ample = budget.bytes() + 2 * ArenaBudget.restBytes(generator, adapters);
    try (ServiceUnderTest service = ServiceUnderTest.start(model.serving(folder), ample)) {
      CliffLoad load = new CliffLoad(service, adapters, WORKLOAD, new Random(options.seed()));
      load.visitAll();
      double capacity = load.capacity(2 * SEQUENCES, warmUp(), options.seconds());
      out.printf(
          Locale.ROOT,
          "capacity %.1f requests/s = %.0f tokens/s with %d resident adapters; the load is %.0f"
              + " %%%n",
          capacity,
          capacity * WORKLOAD.outputTokens(),
          FITTING,
          LOAD * 100);
      return capacity;
    }
  }

  private List<CliffCell> cells(
      Path folder,
      List<AdapterGenerator.Generated> adapters,
      ArenaBudget budget,
      double perSecond) {
    Random random = new Random(options.seed());
    Map<CliffCase, List<CliffCell>> turns = new LinkedHashMap<>();
    try (ServiceUnderTest service = ServiceUnderTest.start(model.serving(folder), budget.bytes())) {
      CliffLoad load = new CliffLoad(service, adapters, WORKLOAD, random);
      load.visitAll();
      for (int round = 0; round < options.rounds(); round++) {
        for (CliffCase next : shuffled(random)) {
          CliffCell cell = turn(load, next, perSecond, new Random(options.seed() + round));
          turns.computeIfAbsent(next, any -> new ArrayList<>()).add(cell);
        }
      }
      out.println();
    }
    return cases().stream()
        .map(each -> CliffCell.over(turns.getOrDefault(each, List.of())))
        .toList();
  }

  private CliffCell turn(CliffLoad load, CliffCase next, double perSecond, Random times) {
    CliffCell cell = load.turn(next, perSecond, warmUp(), options.seconds(), times);
    out.printf(
        Locale.ROOT,
        "turn     %s, %d adapters: median %.1f ms, P99 %.1f ms, %.0f tokens/s, %d refused; %s%n",
        cell.law(),
        cell.adapters(),
        cell.medianTtftMs(),
        cell.p99TtftMs(),
        cell.tokensPerSecond(),
        cell.refused(),
        load.arena());
    return cell;
  }

  private List<CliffCase> shuffled(Random random) {
    List<CliffCase> shuffled = new ArrayList<>(cases());
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private List<CliffCase> cases() {
    return options.laws().stream()
        .flatMap(law -> options.adapters().stream().map(count -> new CliffCase(law, count)))
        .toList();
  }

  private double warmUp() {
    return options.seconds() / 4.0;
  }
}
