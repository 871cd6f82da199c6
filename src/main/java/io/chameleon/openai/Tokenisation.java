package io.chameleon.openai;

import io.chameleon.request.Refusal;
import io.chameleon.request.RequestRejectedException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Where bodies are parsed, templated and tokenised: off the event loop, on a bounded number of
 * threads with a bounded queue.
 */
final class Tokenisation {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final Scheduler scheduler;

  /**
   * Makes it.
   *
   * @param scheduler rejects a task when it has too many
   */
  Tokenisation(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Runs the work; fails with {@link RequestRejectedException} if too much of it waits. */
  <T> Mono<T> run(Callable<T> work) {
    return Mono.fromCallable(work)
        .subscribeOn(scheduler)
        .onErrorMap(
            RejectedExecutionException.class,
            full ->
                new RequestRejectedException(
                    Refusal.QUEUE_FULL, "Too many requests wait to be tokenised.", RETRY_AFTER));
  }

  /** Stops the threads. */
  void stop() {
    scheduler.dispose();
  }
}
