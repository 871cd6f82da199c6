package io.chameleon.serving;

import io.chameleon.adapter.AdapterLeases;
import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.SizeClassifier;
import io.chameleon.engine.InferenceEngine;
import io.chameleon.engine.StepResult;
import io.chameleon.memory.ArenaAccounts;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.metrics.ServingMeters;
import io.chameleon.request.ServiceUnavailableException;
import io.chameleon.scheduling.ClassWaits;
import io.chameleon.scheduling.ScheduledBatch;
import io.chameleon.scheduling.Scheduler;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.scheduling.SchedulingSnapshot;
import io.chameleon.scheduling.Sequence;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heartbeat: take what has come, decide who runs, run one engine step, deliver its tokens;
 * where a device computes by itself, while it works on the next step. It belongs to the engine
 * thread; only {@link #snapshot()}, {@link #classes()}, {@link #arena()}, {@link
 * #failedStepsInARow()} and {@link #integrityFault()} may be read from others.
 *
 * <p>Faults end at its edge. A step that fails ends the sequences of that step; anything else that
 * is thrown is a fault of our own and ends all there are, since the state cannot be trusted then.
 * Either way what they held is given back and the next pass starts afresh.
 */
public final class EngineLoop {

  private static final Logger log = LoggerFactory.getLogger(EngineLoop.class);

  private static final Duration RETRY_AFTER_FAULT = Duration.ofSeconds(1);

  /** Between two looks at the size classes, for those who watch. */
  private static final long VIEW_NANOS = 100_000_000;

  private final Inbox inbox;

  private final Scheduler scheduler;

  private final InferenceEngine engine;

  private final ArenaAccounts accounts;

  private final AdapterLeases leases;

  private final AdmissionController admission;

  private final ServingMeters meters;

  private final LongSupplier nanoClock;

  private final ClassWaits waits = new ClassWaits();

  private final Deliveries deliveries = new Deliveries();

  private long departuresReported;

  private long passStart;

  private long engineNanos;

  private long viewedNanos;

  private @Nullable SizeClassifier classifier;

  private volatile SchedulerSnapshot snapshot;

  private volatile SchedulingSnapshot classes;

  private volatile ArenaSnapshot arena;

  private volatile int failedStepsInARow;

  private volatile @Nullable String integrityFault;

  /**
   * Makes a loop that has run no pass yet.
   *
   * @param inbox where sequences come from
   * @param scheduler who runs; nothing waits in it
   * @param resources what runs them, and the books of its memory
   * @param admission is told when requests leave the queue
   * @param meters is told what happens
   * @param nanoClock monotonic, in nanoseconds; the scheduler's
   */
  public EngineLoop(
      Inbox inbox,
      Scheduler scheduler,
      EngineResources resources,
      AdmissionController admission,
      ServingMeters meters,
      LongSupplier nanoClock) {
    this.inbox = inbox;
    this.scheduler = scheduler;
    this.engine = resources.engine();
    this.accounts = resources.arena();
    this.leases = resources.leases();
    this.admission = admission;
    this.meters = meters;
    this.nanoClock = nanoClock;
    this.snapshot = scheduler.snapshot();
    this.arena = accounts.snapshot();
    this.classes = scheduler.classes();
    this.viewedNanos = nanoClock.getAsLong();
    this.departuresReported = snapshot.departures();
    followClasses();
  }

  /**
   * Makes one pass.
   *
   * @return whether there is more to do before anything new comes
   */
  public boolean step() {
    if (engine.isAsynchronous()) {
      deliveries.collect(this::pass);
    } else {
      pass();
    }
    boolean moreToDo = !scheduler.isEmpty() && !scheduler.isStalled();
    if (!moreToDo) {
      deliveries.makeAll();
    }
    view(!moreToDo);
    return moreToDo;
  }

  private void pass() {
    try {
      passStart = nanoClock.getAsLong();
      leases.beforePass();
      inbox.commands().runAll(scheduler);
      takeArrivals();
      scheduler.endLate(this::tooLate);
      ScheduledBatch batch = scheduler.schedule().orElse(null);
      leases.beforeStep();
      followClasses();
      report();
      publishWaits();
      if (batch != null) {
        StepResult result = run(batch);
        complete(batch, result);
      } else {
        deliveries.makeAll();
      }
      report();
    } catch (Throwable fault) {
      contain(fault);
    }
  }

  /**
   * When a pass has to be made even if nothing comes, on the loop's clock; {@link Long#MAX_VALUE}
   * if never.
   */
  public long nextPassNanos() {
    return scheduler.nextLatestStart();
  }

  /** Whether there is no sequence at all. */
  boolean isIdle() {
    return scheduler.isEmpty();
  }

  /** Ends all sequences, those in the inbox too. */
  void failAll(RuntimeException cause) {
    try {
      deliveries.makeAll();
      takeArrivals();
    } finally {
      scheduler.failAll(cause);
      report();
      view(true);
    }
  }

  /** Looks for anything lost, doubled or miscounted; for when there is nothing else to do. */
  void checkIntegrity() {
    try {
      scheduler.checkIntegrity();
      accounts.checkIntegrity();
      requireNoStrayCells();
    } catch (IllegalStateException violation) {
      if (integrityFault == null) {
        log.error("The accounts do not balance: {}, {}", snapshot, arena, violation);
      }
      integrityFault = violation.getMessage();
    }
  }

  /** The scheduler as it was after the last pass, or before the step that is being made. */
  public SchedulerSnapshot snapshot() {
    return snapshot;
  }

  /** The size classes, as they were then or a tenth of a second before. */
  public SchedulingSnapshot classes() {
    return classes;
  }

  /** The arena, as it was then. */
  public ArenaSnapshot arena() {
    return arena;
  }

  /** Steps that have failed since one last succeeded. */
  public int failedStepsInARow() {
    return failedStepsInARow;
  }

  /** What the integrity check has found, or null. */
  public @Nullable String integrityFault() {
    return integrityFault;
  }

  private void takeArrivals() {
    // Taken before the drain: a sequence is put in before it is cancelled, so it has come by then.
    List<Sequence> cancelled = inbox.takeCancelled();
    for (Sequence sequence : inbox.drain()) {
      scheduler.enqueue(sequence);
    }
    scheduler.endCancelled(cancelled);
  }

  /** Returns null if the step failed. */
  private @Nullable StepResult run(ScheduledBatch next) {
    long start = nanoClock.getAsLong();
    try {
      return engine.step(
          next.batch(), new DeliveringNextStep(scheduler.after(next, inbox::isEmpty), deliveries));
    } catch (Throwable fault) {
      endStep(next, fault);
      return null;
    } finally {
      engineNanos = nanoClock.getAsLong() - start;
      // Where the step could not be launched, nobody has been told of the one before it.
      deliveries.makeAll();
    }
  }

  private void complete(ScheduledBatch step, @Nullable StepResult result) {
    if (result == null) {
      return;
    }
    failedStepsInARow = 0;
    Handover.together(() -> scheduler.complete(step, result));
    meters.step(engineNanos, step.shape().rows(), step.shape().tokens());
    meters.overhead(nanoClock.getAsLong() - passStart - engineNanos);
  }

  private void endStep(ScheduledBatch step, Throwable fault) {
    int failures = failedStepsInARow + 1;
    failedStepsInARow = failures;
    meters.stepFailed();
    if (failures == 1) {
      log.error("A step of {} failed; its sequences are ended", step.shape(), fault);
    } else {
      log.error("{} steps in a row have failed, now with {}", failures, fault.toString());
    }
    scheduler.fail(step, unavailable("The engine failed in a step; the request may be repeated."));
  }

  private void contain(Throwable fault) {
    log.error("A pass failed; all sequences are ended: {}", snapshot, fault);
    try {
      scheduler.failAll(unavailable("The service failed in a step; the request may be repeated."));
    } catch (RuntimeException second) {
      log.error("Something could not be given back after that", second);
    }
    deliveries.makeAll();
    report();
  }

  /** Publishes what is new, and gives places in the queue back. */
  private void report() {
    SchedulerSnapshot now = scheduler.snapshot();
    int left = Math.toIntExact(now.departures() - departuresReported);
    departuresReported = now.departures();
    admission.left(left, nanoClock.getAsLong());
    // Pinned adapters and larger ones come and go, and with them the longest sequence.
    admission.limitToArena(now.cellCapacity());
    snapshot = now;
    arena = accounts.snapshot();
  }

  /**
   * Once a pass, before the step: after it nobody waits that did not before, and who has come since
   * would not be counted any more.
   */
  private void publishWaits() {
    long[] held = inbox.heldTokens(scheduler.classLoads().classes().size());
    admission.publish(waits.pass(scheduler, held, nanoClock.getAsLong()));
  }

  /** Sinks first: who is told of new classes finds them there. */
  @SuppressWarnings("ReferenceEquality") // the very same never changes
  private void followClasses() {
    SizeClassifier newest = scheduler.policy().classifier();
    if (newest != classifier) {
      classifier = newest;
      inbox.follow(newest.classes());
      admission.publish(newest);
      meters.sizeClasses(newest.classes().size());
    }
  }

  /** Publishes the size classes now and then, or at once if no pass may follow soon. */
  private void view(boolean isLast) {
    long now = nanoClock.getAsLong();
    if (isLast || now - viewedNanos >= VIEW_NANOS) {
      viewedNanos = now;
      classes = scheduler.classes();
    }
  }

  private RuntimeException tooLate(Sequence late) {
    return admission.expired(late.size(), late.limit());
  }

  /** What the scheduler has lent is what the arena counts as KV. */
  private void requireNoStrayCells() {
    int lent = scheduler.snapshot().lentCells();
    int kv = accounts.snapshot().kv();
    if (lent != kv) {
      throw new IllegalStateException(
          "the scheduler has lent %d cells, the arena counts %d for KV".formatted(lent, kv));
    }
  }

  private static ServiceUnavailableException unavailable(String message) {
    return new ServiceUnavailableException(message, RETRY_AFTER_FAULT);
  }
}
