package io.chameleon.bench;

import io.chameleon.workload.RequestLengths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Runs phases against a service, and reads from its own counters what its steps took. */
final class PhaseRunner {

  private static final double NANOS = 1e9;

  private final ProofStage stage;

  private final StreamingClient client;

  private final double seconds;

  private final Path log;

  /**
   * @param seconds of a phase, and as much more as its last requests take
   * @param log where the service records its steps
   */
  PhaseRunner(ProofStage stage, StreamingClient client, double seconds, Path log) {
    this.log = log;
    this.stage = stage;
    this.client = client;
    this.seconds = seconds;
  }

  /** Runs a phase. */
  PhaseTotals run(FitPhase phase) throws IOException {
    StepReading before = StepReading.ofIdle(client);
    long lines = LiveSteps.count(log);
    long end = System.nanoTime() + (long) (seconds * NANOS);
    PhaseTotals totals = PhaseTotals.empty(phase.name());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<List<RequestLengths>>> clients = new ArrayList<>();
      for (int number = 0; number < phase.adapters().size(); number++) {
        int adapter = phase.adapters().get(number);
        Supplier<RequestLengths> lengths = phase.lengths().over(new Random(number));
        clients.add(CompletableFuture.supplyAsync(() -> ask(adapter, lengths, end), threads));
      }
      for (int number = 0; number < clients.size(); number++) {
        int rank = stage.rank(phase.adapters().get(number));
        for (RequestLengths each : clients.get(number).join()) {
          totals = totals.plus(each, rank);
        }
      }
    }
    StepReading counted = StepReading.ofIdle(client).since(before);
    return totals.measured(counted).beside(LiveSteps.read(log, lines).tokenDecodeRanks());
  }

  private List<RequestLengths> ask(int adapter, Supplier<RequestLengths> lengths, long end) {
    List<RequestLengths> asked = new ArrayList<>();
    String model =
        adapter == FitPhase.BASE ? client.baseModel() : stage.adapters().get(adapter).name();
    do {
      RequestLengths next = lengths.get();
      Load.Ask ask = stage.ask(model, next);
      client.complete(ask.model(), ask.prompt(), ask.outputTokens()).awaitEnd();
      asked.add(next);
    } while (System.nanoTime() < end);
    return asked;
  }
}
