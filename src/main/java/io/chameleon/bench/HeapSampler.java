package io.chameleon.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at a service's heap a few times a second. The least that is seen over a while is what was
 * left right after a collection.
 */
final class HeapSampler implements AutoCloseable {

  private static final long PERIOD_NANOS = 250_000_000;

  private static final double MEBIBYTE = 1 << 20;

  private final StreamingClient client;

  private final List<Double> mebibytes = new ArrayList<>();

  private final Thread thread;

  private volatile boolean closed;

  private HeapSampler(StreamingClient client) {
    this.client = client;
    this.thread = Thread.ofPlatform().name("heap").daemon().unstarted(this::sample);
  }

  /** Begins to look. */
  static HeapSampler start(StreamingClient client) {
    HeapSampler sampler = new HeapSampler(client);
    sampler.thread.start();
    return sampler;
  }

  /** What is used now, in MiB. */
  static double used(StreamingClient client) {
    return StepReading.statistic(
            client.get("actuator/metrics/jvm.memory.used?tag=area:heap"), "VALUE")
        / MEBIBYTE;
  }

  /**
   * The least that was used in a part of the time; only once it is closed.
   *
   * @param part from 0
   * @param parts all of the same length
   */
  double least(int part, int parts) {
    if (!closed) {
      throw new IllegalStateException("samples are still being taken");
    }
    return mebibytes
        .subList(mebibytes.size() * part / parts, mebibytes.size() * (part + 1) / parts)
        .stream()
        .mapToDouble(each -> each)
        .min()
        .orElseThrow(() -> new IllegalStateException("part %d has no sample".formatted(part)));
  }

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

  /** Collections so far; the metric is there from the first one on. */
  static double collections(StreamingClient client) {
    try {
      return StepReading.statistic(client.get("actuator/metrics/jvm.gc.pause"), "COUNT");
    } catch (IllegalStateException none) {
      return 0;
    }
  }

  private void sample() {
    while (!closed) {
      mebibytes.add(used(client));
      LockSupport.parkNanos(PERIOD_NANOS);
    }
  }
}
