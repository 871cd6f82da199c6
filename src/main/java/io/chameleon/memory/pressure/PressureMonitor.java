package io.chameleon.memory.pressure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all signals at an interval, keeps the latest snapshot, and tells its listeners. A signal or
 * a listener that fails is logged once, and neither stops the others. Safe for use by many threads.
 */
public final class PressureMonitor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PressureMonitor.class);

  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final List<WatchedSignal> signals;

  private final Duration interval;

  private final LongSupplier nanoClock;

  private final InstantSource calendar;

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  private final CountDownLatch closed = new CountDownLatch(1);

  private final Thread thread;

  private volatile PressureSnapshot latest;

  /**
   * Prepares the monitor; nothing is read yet, and every signal is absent and normal.
   *
   * @param signals what is read, each kind at most once
   * @param properties how often, and when levels change
   * @param nanoClock monotonic, in nanoseconds
   * @param calendar says since when a level has been
   */
  public PressureMonitor(
      Collection<PressureSignal> signals,
      PressureProperties properties,
      LongSupplier nanoClock,
      InstantSource calendar) {
    this.interval = properties.interval();
    this.nanoClock = nanoClock;
    this.calendar = calendar;
    Instant now = calendar.instant();
    this.signals =
        signals.stream()
            .sorted(Comparator.comparing(PressureSignal::kind))
            .map(signal -> new WatchedSignal(signal, properties, now))
            .toList();
    requireDistinct();
    this.latest = snapshot(now);
    this.thread = Thread.ofVirtual().name("chameleon-pressure").unstarted(this::run);
  }

  /** Starts to sample; at most once. */
  public void start() {
    thread.start();
  }

  /** Stops sampling, and waits for the sample in progress. */
  @Override
  public void close() throws InterruptedException {
    closed.countDown();
    boolean wasStarted = thread.getState() != Thread.State.NEW;
    if (wasStarted && !thread.join(CLOSING)) {
      log.warn("The pressure monitor has not ended within {}", CLOSING);
    }
  }

  /** Tells a listener about each sample from now on, on the thread that samples. */
  public void listen(Consumer<PressureSnapshot> listener) {
    listeners.add(new Listener(listener));
  }

  /** The latest snapshot. */
  public PressureSnapshot snapshot() {
    return latest;
  }

  /** Reads all signals now, and tells the listeners. */
  public synchronized PressureSnapshot sample() {
    long nanos = nanoClock.getAsLong();
    Instant now = calendar.instant();
    signals.forEach(signal -> signal.sample(nanos, now));
    PressureSnapshot next = snapshot(now);
    logChange(latest.level(), next);
    latest = next;
    listeners.forEach(listener -> listener.tell(next));
    return next;
  }

  private void run() {
    try {
      do {
        sample();
      } while (!closed.await(interval.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private PressureSnapshot snapshot(Instant now) {
    return new PressureSnapshot(now, signals.stream().map(WatchedSignal::state).toList());
  }

  private void requireDistinct() {
    long kinds = signals.stream().map(signal -> signal.state().kind()).distinct().count();
    if (kinds != signals.size()) {
      throw new IllegalArgumentException(
          "%d signals are of %d kinds; each kind is watched once".formatted(signals.size(), kinds));
    }
  }

  private static void logChange(PressureLevel before, PressureSnapshot next) {
    if (next.level() != before) {
      log.info("Memory pressure was {} and is {}: {}", before, next.level(), next.causes());
    }
  }

  /** Someone who is told; its first failure is logged. */
  private static final class Listener {

    private final Consumer<PressureSnapshot> told;

    private boolean hasFailed;

    Listener(Consumer<PressureSnapshot> told) {
      this.told = told;
    }

    void tell(PressureSnapshot snapshot) {
      try {
        told.accept(snapshot);
      } catch (RuntimeException | LinkageError e) {
        if (!hasFailed) {
          hasFailed = true;
          log.warn("A listener of the memory pressure has failed", e);
        }
      }
    }
  }
}
