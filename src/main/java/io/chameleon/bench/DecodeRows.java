package io.chameleon.bench;

import io.chameleon.adapter.ResidentAdapter;
import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.engine.Batch;
import java.util.Collections;
import java.util.List;

/** Times of a decode step, by rows, adapters and context. */
final class DecodeRows {

  static final int MOST_ROWS = 16;

  private static final int[] ROWS = {1, 4, MOST_ROWS};

  static final int CONTEXT = 256;

  private static final int SHORT_CONTEXT = 32;

  private static final int LONG_CONTEXT = 800;

  private static final Goal ONE_ROW = Goal.atMost(1.8);

  private static final Goal SMALL_ADAPTERS = Goal.atMost(1.3);

  private static final Goal LONG_BY_SHORT = Goal.atMost(2);

  private static final String SAMPLED = "decode-16-base-sampled-ms";

  private final BenchEngine engine;

  private final Ceilings ceilings;

  private final ModelCost cost;

  private final Effort effort;

  DecodeRows(BenchEngine engine, Ceilings ceilings, ModelCost cost, Effort effort) {
    this.engine = engine;
    this.ceilings = ceilings;
    this.cost = cost;
    this.effort = effort;
  }

  /** Measures, and adds the rows. */
  void addTo(Report report) {
    try (Prompts prompts = new Prompts(engine, MOST_ROWS, CONTEXT)) {
      addBaseAndOneAdapter(report, prompts);
      List<AdapterCatalogue.Served> byRank = engine.adaptersByRank();
      if (byRank.size() >= MOST_ROWS) {
        List<AdapterCatalogue.Served> largest = byRank.reversed().subList(0, MOST_ROWS);
        report.add(mixed("smallest", prompts, byRank.subList(0, MOST_ROWS)).with(SMALL_ADAPTERS));
        report.add(mixed("largest", prompts, largest));
        report.add(mixed("first", prompts, engine.firstAdapters(MOST_ROWS)));
      }
    }
    addContexts(report);
  }

  private void addBaseAndOneAdapter(Report report, Prompts prompts) {
    Interleaved cases = new Interleaved();
    ceilings.join(cases);
    try (Leases leases = new Leases(engine, engine.oneAdapter())) {
      for (int rows : ROWS) {
        add(cases, baseName(rows), prompts.decode(rows));
        for (ResidentAdapter adapter : leases.adapters()) {
          add(cases, adapterName(rows), prompts.decode(Collections.nCopies(rows, adapter)));
        }
      }
      add(cases, SAMPLED, prompts.decode(MOST_ROWS, Prompts.defaultSampling()));
      Timings times = cases.run(effort.warmUps, effort.rounds);
      report(report, times, ceilings.rates("decode, context 256", times));
    }
  }

  private void report(Report report, Timings times, CeilingRates rates) {
    double one = times.millis(baseName(1));
    report.add(
        ReportRow.of(baseName(1), one, "ms")
            .under(1e3 * engine.weightBytes() / rates.readBytes(), "weights at " + Ceilings.READ)
            .with(ONE_ROW));
    report.add(
        ReportRow.of("decode-1-base-by-small-read-ms", one, "ms")
            .under(
                1e3 * engine.weightBytes() / rates.smallReadBytes(),
                "weights at " + Ceilings.SMALL_READ));
    for (int rows : ROWS) {
      if (rows > 1) {
        report.add(
            ReportRow.of(baseName(rows), times.millis(baseName(rows)), "ms")
                .under(
                    cost.decodeMillis(rows, CONTEXT, rates),
                    "the slower of its reading and arithmetic"));
      }
      if (!engine.oneAdapter().isEmpty()) {
        report.add(compared(adapterName(rows), baseName(rows), times));
      }
    }
    report.add(compared(SAMPLED, baseName(MOST_ROWS), times));
  }

  /** A row for each adapter, beside as many base rows. */
  private ReportRow mixed(String which, Prompts prompts, List<AdapterCatalogue.Served> adapters) {
    String name = "decode-16-%s-16-adapters-ms".formatted(which);
    Interleaved cases = new Interleaved();
    ceilings.join(cases);
    try (Leases leases = new Leases(engine, adapters)) {
      add(cases, baseName(MOST_ROWS), prompts.decode(MOST_ROWS));
      add(cases, name, prompts.decode(leases.adapters()));
      Timings times = cases.run(effort.warmUps, effort.rounds);
      int ranks = adapters.stream().mapToInt(a -> a.version().shape().rank()).sum();
      ceilings.rates("%s 16 adapters, ranks %d".formatted(which, ranks), times);
      return compared(name, baseName(MOST_ROWS), times);
    }
  }

  private void addContexts(Report report) {
    Interleaved cases = new Interleaved();
    ceilings.join(cases);
    String shortName = contextName(SHORT_CONTEXT);
    String longName = contextName(LONG_CONTEXT);
    try (Prompts shorter = new Prompts(engine, MOST_ROWS, SHORT_CONTEXT);
        Prompts longer = new Prompts(engine, MOST_ROWS, LONG_CONTEXT)) {
      add(cases, shortName, shorter.decode(MOST_ROWS));
      add(cases, longName, longer.decode(MOST_ROWS));
      Timings times = cases.run(effort.warmUps, effort.rounds);
      CeilingRates rates = ceilings.rates("decode, contexts 32 and 800", times);
      report.add(
          ReportRow.of(shortName, times.millis(shortName), "ms")
              .under(
                  cost.decodeMillis(MOST_ROWS, SHORT_CONTEXT, rates),
                  "the slower of its reading and arithmetic"));
      report.add(compared(longName, shortName, times).with(LONG_BY_SHORT));
    }
  }

  private void add(Interleaved cases, String name, Batch batch) {
    cases.add(name, effort.repeats, () -> engine.step(batch));
  }

  private static ReportRow compared(String name, String by, Timings times) {
    return ReportRow.of(name, times.millis(name), "ms")
        .under(times.millis(by), by + ", in turns with it");
  }

  private static String baseName(int rows) {
    return "decode-%d-base-ms".formatted(rows);
  }

  private static String adapterName(int rows) {
    return "decode-%d-one-adapter-ms".formatted(rows);
  }

  private static String contextName(int context) {
    return "decode-16-context-%d-ms".formatted(context);
  }
}
