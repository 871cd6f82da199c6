package io.chameleon.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Asks the service about its scheduler some times a second, on a thread of its own. */
final class SchedulerSampler implements AutoCloseable {

  private final StreamingClient client;

  private final Duration period;

  private final LongSupplier nanoClock;

  private final long start;

  private final List<SchedulerSample> samples = new ArrayList<>();

  private final Thread thread;

  private volatile boolean closed;

  private SchedulerSampler(StreamingClient client, Duration period, LongSupplier nanoClock) {
    this.client = client;
    this.period = period;
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
    this.thread = Thread.ofPlatform().name("sampler").daemon().unstarted(this::sample);
  }

  /** Begins to sample. */
  static SchedulerSampler start(StreamingClient client, Duration period, LongSupplier nanoClock) {
    SchedulerSampler sampler = new SchedulerSampler(client, period, nanoClock);
    sampler.thread.start();
    return sampler;
  }

  /** Seconds since the start. */
  double seconds() {
    return (nanoClock.getAsLong() - start) / 1e9;
  }

  /** All samples; only once it is closed. */
  List<SchedulerSample> samples() {
    if (!closed) {
      throw new IllegalStateException("samples are still being taken");
    }
    return List.copyOf(samples);
  }

  /** Takes no more samples. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample() {
    while (!closed) {
      samples.add(SchedulerSample.of(seconds(), client.get("actuator/scheduler")));
      LockSupport.parkNanos(period.toNanos());
    }
  }
}
