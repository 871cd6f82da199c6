package io.chameleon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Requests over HTTP, and what became of each; by the clock or by so many clients. */
final class Load {

  private static final double NANOS = 1e9;

  private final StreamingClient client;

  private final LongSupplier nanoClock;

  /**
   * One request.
   *
   * @param model the base or an adapter
   * @param prompt token ids; not changed
   */
  record Ask(String model, int[] prompt, int outputTokens) {}

  /** A request and when it is due, from the load's start. */
  record Arrival(long dueNanos, Ask ask) {}

  /**
   * A load.
   *
   * @param nanoClock the one that answers are stamped with: {@link System#nanoTime}
   */
  Load(StreamingClient client, LongSupplier nanoClock) {
    this.client = client;
    this.nanoClock = nanoClock;
  }

  /**
   * Draws arrivals of a Poisson process.
   *
   * @param perSecond the mean rate
   * @param seconds the last arrival is before this
   */
  static List<Arrival> poisson(
      double perSecond, double seconds, Supplier<Ask> asks, RandomGenerator random) {
    List<Arrival> arrivals = new ArrayList<>();
    double at = random.nextExponential() / perSecond;
    while (at < seconds) {
      arrivals.add(new Arrival((long) (at * NANOS), asks.get()));
      at += random.nextExponential() / perSecond;
    }
    return arrivals;
  }

  /** Open loop: sends each request when it is due, whatever became of others; waits for all. */
  List<Outcome> send(List<Arrival> arrivals) {
    long start = nanoClock.getAsLong();
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (Arrival arrival : arrivals) {
      parkUntil(start + arrival.dueNanos(), nanoClock);
      answers.add(outcome(arrival.ask(), arrival.dueNanos(), start));
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  /**
   * Closed loop: so many clients, each of which sends its next request when the last one is over.
   *
   * @param asks gives the next request, or null when a client is to stop; called by one client at a
   *     time
   */
  List<Outcome> run(int clients, Supplier<@Nullable Ask> asks) {
    long start = nanoClock.getAsLong();
    List<Outcome> outcomes = new ArrayList<>();
    List<CompletableFuture<Void>> ends =
        IntStream.range(0, clients).mapToObj(i -> next(asks, start, outcomes)).toList();
    ends.forEach(CompletableFuture::join);
    return outcomes;
  }

  private CompletableFuture<Void> next(
      Supplier<@Nullable Ask> asks, long start, List<Outcome> outcomes) {
    Ask ask;
    synchronized (outcomes) {
      ask = asks.get();
    }
    if (ask == null) {
      return CompletableFuture.completedFuture(null);
    }
    return outcome(ask, nanoClock.getAsLong() - start, start)
        .thenComposeAsync(outcome -> {
          synchronized (outcomes) {
            outcomes.add(outcome);
          }
          return next(asks, start, outcomes);
        });
  }

  private CompletableFuture<Outcome> outcome(Ask ask, long dueNanos, long start) {
    StreamedAnswer answer = client.complete(ask.model(), ask.prompt(), ask.outputTokens());
    return answer
        .end()
        .handle((end, failure) ->
            failure == null
                ? new Outcome.Answered(
                    dueNanos, answer.firstTokenNanos() - start, nanoClock.getAsLong() - start)
                : new Outcome.Refused(dueNanos, reason(failure)));
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return String.valueOf((cause == null ? failure : cause).getMessage());
  }

  /** Waits for a moment of the clock. */
  static void parkUntil(long nanos, LongSupplier nanoClock) {
    long left = nanos - nanoClock.getAsLong();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = nanos - nanoClock.getAsLong();
    }
  }
}
