package io.chameleon.bench;

import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.Workload;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a service takes when there is always somebody who asks. */
final class ServiceCapacity {

  private static final int CLIENTS = 32;

  private static final int REQUESTS = 100_000;

  private static final double WARM_UP = 4;

  private static final int ASKS = 30;

  private ServiceCapacity() {}

  /**
   * Requests of a stage's workload that are answered a second.
   *
   * @param seconds measured
   * @throws IllegalStateException if one is refused
   */
  static double perSecond(ProofStage stage, StreamingClient client, double seconds) {
    Workload workload = stage.workload(1, REQUESTS, -1);
    CapacityWindow window = new CapacityWindow(CLIENTS, WARM_UP, seconds, System::nanoTime);
    AtomicInteger next = new AtomicInteger();
    List<Outcome> outcomes =
        new Load(client, System::nanoTime).run(CLIENTS, () -> ask(stage, window, workload, next));
    List<Outcome.Refused> refused = Outcome.refused(outcomes);
    if (!refused.isEmpty()) {
      throw new IllegalStateException(
          "%d requests were refused, the first: %s"
              .formatted(refused.size(), refused.getFirst().reason()));
    }
    return window.perSecond(Outcome.answered(outcomes));
  }

  private static Load.@Nullable Ask ask(
      ProofStage stage, CapacityWindow window, Workload workload, AtomicInteger next) {
    if (!window.isOpen()) {
      return null;
    }
    TracedRequest request = workload.requests().get(next.getAndIncrement() % REQUESTS);
    return stage.ask(stage.adapters().get(request.adapter()).name(), request.lengths());
  }

  /** What HTTP, tokens and events take on the way of a request to its first token, the median. */
  static double wayMs(ProofStage stage, StreamingClient client) {
    Load.Ask ask = stage.shortAsk(stage.adapters().getFirst().name());
    double[] ways = new double[ASKS];
    for (int i = 0; i < ASKS; i++) {
      ways[i] = ServedTiming.of(client, ask).wayMs();
    }
    return Timings.median(ways);
  }
}
