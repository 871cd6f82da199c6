package io.chameleon.serving;

import io.chameleon.admission.AdmissionController;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.scheduling.SchedulingSnapshot;
import io.chameleon.scheduling.Sequence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that touches the engine: makes it, warms it up, makes passes of {@link EngineLoop}
 * while there is something to do, sleeps while there is not, and closes it.
 */
public final class EngineThread {

  private static final Logger log = LoggerFactory.getLogger(EngineThread.class);

  /** How much longer than the grace a stop waits for the step in progress and for closing. */
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final Supplier<EngineResources> engines;

  private final Function<EngineResources, Scheduler> schedulers;

  private final Inbox inbox;

  private final AdmissionController admission;

  private final ServingMeters meters;

  private final LongSupplier nanoClock;

  private final Thread thread;

  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private final AtomicReference<EngineState> state = new AtomicReference<>(EngineState.STARTING);

  private volatile long stopDeadlineNanos;

  private volatile @Nullable EngineLoop loop;

  private volatile @Nullable String death;

  /**
   * Prepares the thread; nothing runs yet.
   *
   * @param engines makes the engine and what belongs to it, on the engine thread
   * @param schedulers makes the scheduler over them, on the engine thread
   * @param inbox where sequences come from
   * @param admission is told how large the arena is, and when requests leave the queue
   * @param meters is told what happens
   * @param nanoClock monotonic, in nanoseconds; the scheduler's and that of arrivals
   */
  public EngineThread(
      Supplier<EngineResources> engines,
      Function<EngineResources, Scheduler> schedulers,
      Inbox inbox,
      AdmissionController admission,
      ServingMeters meters,
      LongSupplier nanoClock) {
    this.engines = engines;
    this.schedulers = schedulers;
    this.inbox = inbox;
    this.admission = admission;
    this.meters = meters;
    this.nanoClock = nanoClock;
    this.thread = Thread.ofPlatform().name("chameleon-engine").unstarted(this::run);
  }

  /**
   * Starts the thread.
   *
   * @return done when requests are served; failed with the cause if the engine cannot be made
   */
  public CompletableFuture<Void> start() {
    thread.start();
    return ready.copy();
  }

  /**
   * Lets nothing in any more, finishes what was admitted, and closes the engine; what is not
   * finished after the grace is ended with an error. Waits for all that, and some seconds more at
   * most.
   *
   * @return whether the thread has ended
   */
  public boolean stop(Duration grace) throws InterruptedException {
    stopDeadlineNanos = nanoClock.getAsLong() + grace.toNanos();
    state.updateAndGet(EngineState::stop);
    inbox.close();
    if (thread.getState() == Thread.State.NEW) {
      state.compareAndSet(EngineState.STOPPING, EngineState.STOPPED);
      inbox.commands().end(ended());
      return true;
    }
    boolean ended = thread.join(grace.plus(CLOSING));
    if (!ended) {
      log.warn("The engine thread has not ended within {} of its grace of {}", CLOSING, grace);
    }
    return ended;
  }

  /** Where the thread is in its life. */
  public EngineState state() {
    return state.get();
  }

  /** The thread, its loop and its scheduler, as they were after the last pass. */
  public EngineStatus status() {
    EngineLoop current = loop;
    if (current == null) {
      return new EngineStatus(
          state.get(), 0, death, inbox.held(), SchedulerSnapshot.EMPTY, ArenaSnapshot.EMPTY);
    }
    String fault = death == null ? current.integrityFault() : death;
    return new EngineStatus(
        state.get(),
        current.failedStepsInARow(),
        fault,
        inbox.held(),
        current.snapshot(),
        current.arena());
  }

  /** The size classes as they were after a late pass. */
  public SchedulingSnapshot classes() {
    EngineLoop current = loop;
    return current == null ? SchedulingSnapshot.EMPTY : current.classes();
  }

  private void run() {
    try {
      EngineResources resources = engines.get();
      try (var _ = resources.engine()) {
        serve(resources);
      }
      state.updateAndGet(EngineState::stopped);
    } catch (Throwable fault) {
      log.error("The engine thread has died", fault);
      death = fault.toString();
      state.set(EngineState.FAILED);
      ready.completeExceptionally(fault);
    } finally {
      ready.cancel(false);
      endWhatCameLate();
    }
  }

  private void serve(EngineResources resources) {
    Scheduler scheduler = schedulers.apply(resources);
    int capacity = resources.cells().capacity();
    admission.limitToArena(capacity);
    WarmUp.run(scheduler, resources.engine(), admission.longestSequenceTokens());
    EngineLoop current = new EngineLoop(inbox, scheduler, resources, admission, meters, nanoClock);
    loop = current;
    state.updateAndGet(EngineState::ready);
    ready.complete(null);
    log.info("The engine is ready, with room for {} tokens", capacity);
    try {
      beat(current);
    } finally {
      current.failAll(ended());
    }
  }

  private void beat(EngineLoop current) {
    WorkSignal signal = inbox.signal();
    boolean goOn = true;
    while (goOn) {
      signal.passStarts();
      boolean moreToDo = current.step();
      if (!moreToDo) {
        current.checkIntegrity();
      }
      signal.passEnds(moreToDo);
      goOn = !isOver(current);
      if (goOn) {
        await(signal, current);
      }
    }
  }

  /** A stop, or who waits too long, ends in time even if what is waited for never comes. */
  private void await(WorkSignal signal, EngineLoop current) {
    boolean stopping = state.get() == EngineState.STOPPING;
    long next = current.nextPassNanos();
    if (!stopping && next == Long.MAX_VALUE) {
      signal.await();
      return;
    }
    long now = nanoClock.getAsLong();
    long untilStop = stopping ? stopDeadlineNanos - now : Long.MAX_VALUE;
    long untilNext = next == Long.MAX_VALUE ? Long.MAX_VALUE : next - now;
    signal.await(Math.min(untilStop, untilNext));
  }

  private boolean isOver(EngineLoop current) {
    if (state.get() != EngineState.STOPPING) {
      return false;
    }
    boolean graceIsOver = nanoClock.getAsLong() - stopDeadlineNanos >= 0;
    return graceIsOver || (current.isIdle() && inbox.held() == 0);
  }

  private void endWhatCameLate() {
    inbox.close();
    inbox.commands().end(ended());
    List<Sequence> late = inbox.drain();
    admission.withdraw(late.size());
    for (Sequence sequence : late) {
      sequence.refuse(ended(), nanoClock.getAsLong());
    }
  }

  private ServiceUnavailableException ended() {
    // Nothing but a fault ends a thread that is ready.
    EngineState now = state.get() == EngineState.READY ? EngineState.FAILED : state.get();
    return new ServiceUnavailableException(now.sentence(), now.retryAfter());
  }
}
