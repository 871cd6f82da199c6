package io.chameleon.bench;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.engine.Batch;

/** Prompt tokens a second, each prompt in one step. */
final class PrefillRows {

  /** The length that the service's rows use too. */
  static final int SHORT = 200;

  private static final int LONG = 800;

  private final BenchEngine engine;

  private final Ceilings ceilings;

  private final ModelCost cost;

  private final Effort effort;

  PrefillRows(BenchEngine engine, Ceilings ceilings, ModelCost cost, Effort effort) {
    this.engine = engine;
    this.ceilings = ceilings;
    this.cost = cost;
    this.effort = effort;
  }

  /** Measures, and adds the rows. */
  void addTo(Report report) {
    Interleaved cases = new Interleaved();
    ceilings.join(cases);
    try (Prompts shorter = new Prompts(engine, 1, SHORT);
        Prompts longer = new Prompts(engine, 1, LONG);
        Leases leases = new Leases(engine, engine.oneAdapter())) {
      add(cases, SHORT, shorter, leases);
      add(cases, LONG, longer, leases);
      Timings times = cases.run(effort.warmUps, effort.rounds);
      CeilingRates rates = ceilings.rates("prefill", times);
      report(report, SHORT, times, rates);
      report(report, LONG, times, rates);
    }
  }

  private void add(Interleaved cases, int length, Prompts prompts, Leases leases) {
    Batch base = prompts.prefill(0, null);
    cases.add(baseName(length), 1, () -> engine.step(base));
    for (AdapterLease lease : leases.open()) {
      Batch adapted = prompts.prefill(0, lease.adapter());
      cases.add(adapterName(length), 1, () -> engine.step(adapted));
    }
  }

  private void report(Report report, int length, Timings times, CeilingRates rates) {
    report.add(row(baseName(length), length, times, cost.prefillFlops(length), rates));
    for (AdapterCatalogue.Served adapter : engine.oneAdapter()) {
      double flops = cost.prefillFlops(length) + cost.adapterFlops(adapter, length);
      report.add(row(adapterName(length), length, times, flops, rates));
    }
  }

  private static ReportRow row(
      String name, int tokens, Timings times, double flops, CeilingRates rates) {
    return ReportRow.of(name, tokens / times.seconds(name), "tokens/s")
        .under(tokens / (flops / rates.flops()), "its arithmetic at " + Ceilings.PRODUCT);
  }

  private static String baseName(int length) {
    return "prefill-%d-base".formatted(length);
  }

  private static String adapterName(int length) {
    return "prefill-%d-one-adapter".formatted(length);
  }
}
