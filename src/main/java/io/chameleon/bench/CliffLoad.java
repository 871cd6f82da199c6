package io.chameleon.bench;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/** The loads of the cliff proof, against a service that runs. */
final class CliffLoad {

  private static final Duration LOOK = Duration.ofMillis(500);

  /** Expected in the measured time of a turn. */
  private static final int FEWEST_REQUESTS = 20;

  private static final double NANOS = 1e9;

  private final StreamingClient client;

  private final Load load;

  private final List<AdapterGenerator.Generated> adapters;

  private final Workload workload;

  private final Random random;

  private final PromptSource prompts;

  private List<SchedulerSample> samples = List.of();

  /**
   * Loads over adapters that the service has.
   *
   * @param random for prompts, arrivals and choices
   */
  CliffLoad(
      ServiceUnderTest service,
      List<AdapterGenerator.Generated> adapters,
      Workload workload,
      Random random) {
    this.client = service.client();
    this.load = new Load(client, System::nanoTime);
    this.adapters = adapters;
    this.workload = workload;
    this.random = random;
    this.prompts = new PromptSource(service.codec(), random);
  }

  /**
   * Asks each adapter once: reading an adapter for the first time is not what is measured.
   *
   * @throws IllegalStateException if one is refused
   */
  void visitAll() {
    Iterator<AdapterGenerator.Generated> left = adapters.iterator();
    requireAll(load.run(DecodeRows.MOST_ROWS, () -> left.hasNext() ? ask(left.next(), 1) : null));
  }

  /**
   * Requests a second that are answered when there are always some to be answered, over all
   * adapters alike.
   *
   * @param clients each has one request at a time
   * @param seconds measured, or longer if too few were answered by then
   * @throws IllegalStateException if one is refused
   */
  double capacity(int clients, double warmUpSeconds, double seconds) {
    IntSupplier chosen = PopularityLaw.UNIFORM.over(adapters.size(), random);
    CapacityWindow window = new CapacityWindow(clients, warmUpSeconds, seconds, System::nanoTime);
    List<Outcome> outcomes =
        load.run(
            clients,
            () ->
                window.isOpen()
                    ? ask(adapters.get(chosen.getAsInt()), workload.outputTokens())
                    : null);
    requireAll(outcomes);
    return window.perSecond(Outcome.answered(outcomes));
  }

  /**
   * One turn of a case: an open loop over the first adapters.
   *
   * @param times when requests arrive: of one seed, in the same rhythm for every case of a round
   * @param measuredSeconds or longer, if that would be too few requests
   */
  CliffCell turn(
      CliffCase next,
      double perSecond,
      double warmUpSeconds,
      double measuredSeconds,
      Random times) {
    double seconds = Math.max(measuredSeconds, FEWEST_REQUESTS / perSecond);
    IntSupplier chosen = next.law().over(next.adapters(), random);
    List<Load.Arrival> arrivals =
        Load.poisson(
            perSecond,
            warmUpSeconds + seconds,
            () -> ask(adapters.get(chosen.getAsInt()), workload.outputTokens()),
            times);
    List<Outcome> outcomes;
    SchedulerSampler sampler = SchedulerSampler.start(client, LOOK, System::nanoTime);
    try (sampler) {
      outcomes = load.send(arrivals);
    }
    samples = sampler.samples();
    return CliffCell.of(
        next,
        outcomes,
        (long) (warmUpSeconds * NANOS),
        (long) ((warmUpSeconds + seconds) * NANOS),
        workload.outputTokens());
  }

  /** Who had how many cells in the last turn, on average. */
  String arena() {
    return String.format(
        Locale.ROOT,
        "cells: KV %.0f, window %.0f, adapters %.0f, free %.0f; running %.1f, waiting %.1f",
        mean(SchedulerSample::kv),
        mean(SchedulerSample::window),
        mean(SchedulerSample::adapter),
        mean(SchedulerSample::free),
        mean(SchedulerSample::running),
        mean(SchedulerSample::waiting));
  }

  private double mean(ToDoubleFunction<SchedulerSample> what) {
    return samples.stream().mapToDouble(what).average().orElse(0);
  }

  private Load.Ask ask(AdapterGenerator.Generated adapter, int outputTokens) {
    return new Load.Ask(adapter.name(), prompts.next(workload.promptTokens()), outputTokens);
  }

  private static void requireAll(List<Outcome> outcomes) {
    List<Outcome.Refused> refused = Outcome.refused(outcomes);
    if (!refused.isEmpty()) {
      throw new IllegalStateException(
          "%d of %d requests were refused, the first: %s"
              .formatted(refused.size(), outcomes.size(), refused.getFirst().reason()));
    }
  }
}
