package io.chameleon.bench;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The loads of the ramp, against a service that runs. */
final class RampLoad {

  /** Clients that ask for adapters. */
  private static final int VISITORS = 4;

  /** How much longer it takes to join than to leave. */
  private static final double LEAVING = 0.5;

  /** Steps for which all long prompts stay. */
  private static final int STAY = 4;

  private static final double NANOS = 1e9;

  private final StreamingClient client;

  private final Load load;

  private final List<AdapterGenerator.Generated> adapters;

  private final PromptSource prompts;

  RampLoad(ServiceUnderTest service, List<AdapterGenerator.Generated> adapters, Random random) {
    this.client = service.client();
    this.load = new Load(client, System::nanoTime);
    this.adapters = adapters;
    this.prompts = new PromptSource(service.codec(), random);
  }

  /** Asks each adapter once. */
  List<Outcome> visitAll(Workload workload) {
    Iterator<AdapterGenerator.Generated> left = adapters.iterator();
    return load.run(VISITORS, () -> left.hasNext() ? ask(left.next().name(), workload) : null);
  }

  /**
   * Clients of the base join one after the other, stay, and leave one after the other; each sends a
   * long prompt again and again while it is there.
   *
   * @param step seconds between two that join
   */
  List<Outcome> longPrompts(Workload workload, int clients, double step) {
    long start = System.nanoTime();
    try (ExecutorService clientThreads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<List<Outcome>>> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        long joins = start + (long) (i * step * NANOS);
        double leavesAfter = (clients + STAY + (clients - i) * LEAVING) * step;
        long leaves = start + (long) (leavesAfter * NANOS);
        all.add(CompletableFuture.supplyAsync(() -> stay(workload, joins, leaves), clientThreads));
      }
      return all.stream().flatMap(each -> each.join().stream()).toList();
    }
  }

  private List<Outcome> stay(Workload workload, long joins, long leaves) {
    Load.parkUntil(joins, System::nanoTime);
    return load.run(1, () -> System.nanoTime() < leaves ? ask(client.baseModel(), workload) : null);
  }

  private synchronized Load.Ask ask(String model, Workload workload) {
    return new Load.Ask(model, prompts.next(workload.promptTokens()), workload.outputTokens());
  }
}
