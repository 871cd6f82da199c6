package io.chameleon.bench;

import io.chameleon.workload.TracedRequest;
import io.chameleon.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Requests of all kinds by the clock: most for adapters that stay, some for those that come and go,
 * some whose clients hang up, and a few whose tokens are kept.
 */
final class SoakTraffic {

  private static final double CANCELLED = 0.1;

  private static final double CHURNED = 0.15;

  /** So many a second are kept. */
  private static final double KEPT_PER_SECOND = 1;

  private static final int KEPT_TOKENS = 24;

  private static final int KEPT_MOST_PROMPT = 128;

  private static final int LATEST_HANG_UP_MS = 400;

  private static final int NOT_FOUND = 404;

  private static final int UNAVAILABLE = 503;

  private static final double NANOS = 1e9;

  private final LiveStage stage;

  private final StreamingClient client;

  private final SplittableRandom random;

  private final AtomicInteger answered = new AtomicInteger();

  private final AtomicInteger gone = new AtomicInteger();

  private final AtomicInteger cancelled = new AtomicInteger();

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  private final List<CompletableFuture<?>> ends = new ArrayList<>();

  private final List<Kept> kept = new ArrayList<>();

  /** A request whose tokens are kept. */
  @SuppressWarnings("ArrayRecordComponent")
  record Kept(String model, int[] prompt, CompletableFuture<GeneratedTokens> answer) {}

  SoakTraffic(LiveStage stage, StreamingClient client, long seed) {
    this.stage = stage;
    this.client = client;
    this.random = new SplittableRandom(seed);
  }

  /** Sends a workload, and waits for all answers but those that were hung up on. */
  void send(Workload workload) {
    double keep = KEPT_PER_SECOND / workload.meanRate();
    long start = System.nanoTime();
    for (TracedRequest request : workload.requests()) {
      Load.parkUntil(start + (long) (request.seconds() * NANOS), System::nanoTime);
      send(request, keep);
    }
    ends.forEach(CompletableFuture::join);
  }

  private void send(TracedRequest request, double keep) {
    double kind = random.nextDouble();
    if (kind < keep) {
      keep(request);
    } else if (kind < keep + CANCELLED) {
      hangUp(request);
    } else if (kind < keep + CANCELLED + CHURNED) {
      List<String> names = AdapterChurn.names();
      ask(request, names.get(random.nextInt(names.size())), true);
    } else {
      ask(request, stage.adapter(request), false);
    }
  }

  private void ask(TracedRequest request, String model, boolean mayBeGone) {
    StreamedAnswer answer =
        client.complete(model, stage.prompt(request.inputTokens()), request.outputTokens());
    ends.add(
        answer
            .end()
            .handle((end, failure) -> {
              if (failure == null) {
                answered.incrementAndGet();
              } else if (mayBeGone
                  && (answer.status() == NOT_FOUND || answer.status() == UNAVAILABLE)) {
                gone.incrementAndGet();
              } else {
                failures.add(model + ": " + failure);
              }
              return answer;
            }));
  }

  private void hangUp(TracedRequest request) {
    StreamedAnswer answer =
        client.complete(
            stage.adapter(request), stage.prompt(request.inputTokens()), request.outputTokens());
    Executor later =
        CompletableFuture.delayedExecutor(random.nextInt(LATEST_HANG_UP_MS), TimeUnit.MILLISECONDS);
    ends.add(
        CompletableFuture.runAsync(
            () -> {
              if (answer.hasEnded()) {
                answered.incrementAndGet();
              } else {
                cancelled.incrementAndGet();
                answer.close();
              }
            },
            later));
  }

  private void keep(TracedRequest request) {
    String model = stage.adapter(request);
    int[] prompt = stage.prompt(Math.min(request.inputTokens(), KEPT_MOST_PROMPT));
    CompletableFuture<GeneratedTokens> answer = client.tokens(model, prompt, KEPT_TOKENS);
    kept.add(new Kept(model, prompt, answer));
    ends.add(
        answer.handle((tokens, failure) -> {
          if (failure == null) {
            answered.incrementAndGet();
          } else {
            failures.add(model + ": " + failure);
          }
          return model;
        }));
  }

  /** Those that were kept and answered. */
  List<Kept> kept() {
    return kept.stream().filter(each -> !each.answer().isCompletedExceptionally()).toList();
  }

  int answered() {
    return answered.get();
  }

  /** Requests for a name that stood for nothing then. */
  int gone() {
    return gone.get();
  }

  int cancelled() {
    return cancelled.get();
  }

  /** What was neither answered nor to be expected. */
  List<String> failures() {
    return List.copyOf(failures);
  }
}
