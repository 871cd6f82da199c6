package io.chameleon.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * {@code bench ramp}: adapters fill the arena, long prompts without adapters come until KV needs
 * all of it, they leave, and the adapters are asked for again. Who has how many cells is sampled
 * all the while.
 */
final class RampCommand {

  /** Long sequences whose KV is the whole arena. */
  private static final int FULL = 14;

  /** More than fit, so that KV asks for the last cell too; and as many as may run at once. */
  private static final int LONG_SEQUENCES = DecodeRows.MOST_ROWS;

  /** A long context is no other story than a middling one, and takes longer. */
  private static final int MOST_CONTEXT = 1024;

  /** Adapters that are made, over those that fill the arena. */
  private static final double PLENTY = 1.25;

  private static final Workload SHORT = new Workload(32, 4);

  private static final Duration LOOK = Duration.ofMillis(100);

  private final RampOptions options;

  private final PrintStream out;

  private final ProofModel model;

  private final AdapterGenerator generator;

  private final Workload longest;

  private final ArenaBudget budget;

  RampCommand(RampOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
    this.model = ProofModel.open(options.model(), options.threads());
    this.generator =
        new AdapterGenerator(model.config(), AdapterGenerator.ATTENTION, options.seed());
    int context = Math.min(MOST_CONTEXT, model.config().contextLength());
    this.longest = new Workload(context * 3 / 4, context / 8);
    this.budget = ArenaBudget.of(generator, longest, FULL, 0);
  }

  /** Runs it. */
  void run() throws IOException {
    Machine.describe(model.threads(), model.id()).forEach(out::println);
    try (TemporaryFolder folder = TemporaryFolder.in(options.out(), "ramp-adapters-")) {
      List<AdapterGenerator.Generated> adapters = generate(folder.path());
      try (ServiceUnderTest service =
          ServiceUnderTest.start(model.serving(folder.path()), budget.kvBytes())) {
        finish(ramp(service, adapters));
      }
    }
  }

  private List<AdapterGenerator.Generated> generate(Path folder) {
    double meanBytes = RankMix.mean() * generator.elementsPerRank() * Float.BYTES;
    int count = (int) Math.ceil(PLENTY * budget.kvBytes() / meanBytes);
    out.printf(
        Locale.ROOT,
        "arena    %d sequences x (%d prompt + %d output tokens) = %d cells of %d bytes%n",
        FULL,
        longest.promptTokens(),
        longest.outputTokens(),
        budget.kvCells(),
        budget.cellBytes());
    out.printf(
        Locale.ROOT,
        "adapters %d, mean rank %.1f: %.2f times the arena%n",
        count,
        RankMix.mean(),
        count * meanBytes / budget.kvBytes());
    return generator.write(folder, RankMix.draw(count, options.seed()));
  }

  private RampReport ramp(ServiceUnderTest service, List<AdapterGenerator.Generated> adapters) {
    RampLoad load = new RampLoad(service, adapters, new Random(options.seed()));
    List<RampReport.Phase> phases = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    SchedulerSampler sampler = SchedulerSampler.start(service.client(), LOOK, System::nanoTime);
    try (sampler) {
      phases.add(new RampReport.Phase("adapters are asked for", sampler.seconds()));
      outcomes.addAll(load.visitAll(SHORT));
      phases.add(new RampReport.Phase("long prompts join and leave", sampler.seconds()));
      outcomes.addAll(load.longPrompts(longest, LONG_SEQUENCES, options.seconds()));
      phases.add(new RampReport.Phase("adapters are asked for again", sampler.seconds()));
      outcomes.addAll(load.visitAll(SHORT));
      phases.add(new RampReport.Phase("end", sampler.seconds()));
    }
    return new RampReport(phases, sampler.samples(), outcomes);
  }

  private void finish(RampReport report) throws IOException {
    report.print(out);
    out.printf("%nwritten: %s%n", report.write(options.out()));
  }
}
