package io.chameleon.bench;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * {@code bench live-cliff}: what the number of adapters does to time to first token of a service
 * with a large model, at one load for all numbers. Two sets of adapters have their turns one after
 * the other, so that not all lie on the disk at once: some hundreds of large ones, and many small
 * ones.
 */
final class LiveCliffCommand {

  /** Of the capacity. */
  private static final double LOAD = 0.7;

  /** Adapters over which the capacity is measured, at most. */
  private static final int FEW = 32;

  /** Where no capacity is measured, one part in so many of the sequences is enough. */
  private static final int WARM_PART = 4;

  private static final double CAPACITY_SECONDS = 6;

  private static final double CAPACITY_WARM_UP = 4;

  private static final double NANOS = 1e9;

  private static final List<Integer> LARGE_RANKS = List.of(32, 64, 16, 128);

  private static final List<Integer> SMALL_RANKS = List.of(8, 16);

  private final LiveCliffOptions options;

  private final PrintStream out;

  private double capacity;

  LiveCliffCommand(LiveCliffOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /**
   * Adapters that lie on the disk together.
   *
   * @param name for people
   * @param ranks in turn
   * @param counts numbers of adapters, ascending
   */
  private record Shelf(String name, List<Integer> ranks, List<Integer> counts) {

    int[] each() {
      return IntStream.range(0, Collections.max(counts))
          .map(k -> ranks.get(k % ranks.size()))
          .toArray();
    }
  }

  /** Runs it. */
  void run() throws IOException {
    List<CliffCell> cells = new ArrayList<>();
    if (!options.large().isEmpty()) {
      cells.addAll(cells(new Shelf("ranks 16-128", LARGE_RANKS, options.large())));
    }
    if (!options.small().isEmpty()) {
      cells.addAll(cells(new Shelf("ranks 8-16", SMALL_RANKS, options.small())));
    }
    CliffReport report = new CliffReport(cells);
    out.println();
    report.print(out);
    line("%nwritten: %s", report.writeJson(options.out(), "live-cliff"));
  }

  private List<CliffCell> cells(Shelf shelf) throws IOException {
    int[] ranks = shelf.each();
    requireDisk(shelf, ranks);
    try (LiveStage stage = new LiveStage(options.live(), "cliff", out, ranks)) {
      stage.describe(out);
      long start = System.nanoTime();
      String name = "cliff-" + ranks.length;
      Path log = options.out().resolve("steps-%s.csv".formatted(name)).toAbsolutePath();
      ServiceSpec spec = ProofStage.recorded(stage.spec(), log);
      try (ServiceProcess service = stage.start(name, spec)) {
        line("ready    after %.1f s, each adapter read once", (System.nanoTime() - start) / NANOS);
        return cells(stage, service.client(), shelf, log);
      }
    }
  }

  private void requireDisk(Shelf shelf, int... ranks) throws IOException {
    ProofModel model = ProofModel.open(options.live().model(), 0);
    long perRank =
        new AdapterGenerator(model.config(), AdapterGenerator.ATTENTION, options.live().seed())
            .elementsPerRank();
    long bytes = IntStream.of(ranks).asLongStream().sum() * perRank * Short.BYTES;
    if (bytes > options.diskBytes()) {
      throw new IllegalStateException(
          "%d adapters of %s take %d bytes on disk; --disk allows %d"
              .formatted(ranks.length, shelf.name(), bytes, options.diskBytes()));
    }
    Path out = Files.createDirectories(options.out());
    long free = Files.getFileStore(out).getUsableSpace();
    if (bytes > free) {
      throw new IllegalStateException(
          "%d adapters of %s take %d bytes on disk; %s has %d left"
              .formatted(ranks.length, shelf.name(), bytes, out, free));
    }
  }

  private List<CliffCell> cells(LiveStage stage, StreamingClient client, Shelf shelf, Path log)
      throws IOException {
    Load load = new Load(client, System::nanoTime);
    warm(stage, load);
    List<CliffCell> cells = new ArrayList<>();
    for (PopularityLaw law : options.laws()) {
      for (int count : shelf.counts()) {
        long before = LiveSteps.count(log);
        CliffCell cell = cell(stage, load, new CliffCase(law, count));
        cells.add(cell.named("%s, %s".formatted(law, shelf.name())));
        line(
            "turn     %s of %s, %d adapters: median %.1f ms, P99 %.1f ms, %.0f tokens/s, %d"
                + " refused",
            law,
            shelf.name(),
            count,
            cell.medianTtftMs(),
            cell.p99TtftMs(),
            cell.tokensPerSecond(),
            cell.refused());
        LiveSteps.read(log, before)
            .lines(Optional.empty())
            .forEach(each -> line("         %s", each));
      }
    }
    return cells;
  }

  /** Measures the capacity the first time, and lets all shapes of steps be seen each time. */
  private void warm(LiveStage stage, Load load) {
    int all = options.live().sequences();
    int clients = capacity == 0 ? all : Math.ceilDiv(all, WARM_PART);
    IntSupplier chosen =
        PopularityLaw.UNIFORM.over(Math.min(FEW, stage.adapters().size()), random());
    CapacityWindow window =
        new CapacityWindow(clients, CAPACITY_WARM_UP, CAPACITY_SECONDS, System::nanoTime);
    List<Outcome> outcomes =
        load.run(clients, () -> window.isOpen() ? ask(stage, chosen.getAsInt()) : null);
    LiveStage.requireAll(outcomes);
    if (capacity == 0) {
      capacity = window.perSecond(Outcome.answered(outcomes));
      line(
          "capacity %.2f requests/s of %d + %d tokens; the load is %.0f %%",
          capacity,
          options.workload().promptTokens(),
          options.workload().outputTokens(),
          100 * LOAD);
    }
  }

  private CliffCell cell(LiveStage stage, Load load, CliffCase next) {
    double warmUp = options.seconds() / 4.0;
    IntSupplier chosen = next.law().over(next.adapters(), random());
    Supplier<Load.Ask> asks = () -> ask(stage, chosen.getAsInt());
    List<Outcome> outcomes =
        load.send(Load.poisson(capacity * LOAD, warmUp + options.seconds(), asks, random()));
    return CliffCell.of(
        next,
        outcomes,
        (long) (warmUp * NANOS),
        (long) ((warmUp + options.seconds()) * NANOS),
        options.workload().outputTokens());
  }

  /** Of one seed, so that requests come in the same rhythm in every case. */
  private Random random() {
    return new Random(options.live().seed());
  }

  private Load.Ask ask(LiveStage stage, int adapter) {
    Workload workload = options.workload();
    return new Load.Ask(
        stage.adapters().get(adapter).name(),
        stage.prompt(workload.promptTokens()),
        workload.outputTokens());
  }

  @FormatMethod
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
