package io.chameleon.bench;

import io.chameleon.workload.TracedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Sends each request when it is due, whatever became of those before, and never waits for one. */
final class OpenLoop {

  private static final double NANOS_PER_SECOND = 1e9;

  private final LongSupplier nanoClock;

  private final LongConsumer pause;

  /** The way of a request to the service. */
  @FunctionalInterface
  interface Way {

    /**
     * Sends it, and returns at once.
     *
     * @param start the load's start on the clock; replies count from it
     */
    CompletableFuture<Reply> send(long start);
  }

  /**
   * A request that is ready to be sent; its arrival is its workload's, from the load's start.
   *
   * @param request what it asks for
   * @param way how it gets there
   */
  record Arrival(TracedRequest request, Way way) {

    long dueNanos() {
      return Math.round(request.seconds() * NANOS_PER_SECOND);
    }
  }

  /**
   * A generator.
   *
   * @param nanoClock the one that replies are stamped with
   * @param pause waits for so many nanoseconds, or less
   */
  OpenLoop(LongSupplier nanoClock, LongConsumer pause) {
    this.nanoClock = nanoClock;
    this.pause = pause;
  }

  /** A generator on this machine's clock. */
  static OpenLoop byTheClock() {
    return new OpenLoop(System::nanoTime, LockSupport::parkNanos);
  }

  /**
   * Sends all of them, and waits for the last reply when the last one has been sent.
   *
   * @param arrivals by their times
   */
  List<Sent> send(List<Arrival> arrivals) {
    long start = nanoClock.getAsLong();
    List<CompletableFuture<Sent>> all = new ArrayList<>(arrivals.size());
    for (Arrival arrival : arrivals) {
      long due = arrival.dueNanos();
      long left = start + due - nanoClock.getAsLong();
      while (left > 0) {
        pause.accept(left);
        left = start + due - nanoClock.getAsLong();
      }
      long sent = nanoClock.getAsLong() - start;
      all.add(
          arrival
              .way()
              .send(start)
              .thenApply(reply -> new Sent(arrival.request(), due, sent, reply)));
    }
    return all.stream().map(CompletableFuture::join).toList();
  }
}
