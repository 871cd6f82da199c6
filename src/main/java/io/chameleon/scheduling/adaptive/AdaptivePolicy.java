package io.chameleon.scheduling.adaptive;

import io.chameleon.scheduling.BatchAdmission;
import io.chameleon.scheduling.FairnessProperties;
import io.chameleon.scheduling.ScheduledBatch;
import io.chameleon.scheduling.SchedulingPolicy;
import io.chameleon.scheduling.Sequence;
import io.chameleon.scheduling.StartOutcome;
import java.time.Duration;
import java.util.Collection;

/**
 * The service's own scheduler. Requests start in the order in which they count as come: short ones
 * count as come earlier ({@link HeadStart}), and the few longest as come later ({@link
 * LateBudget}), both by a service time that is predicted by a model of the steps' costs ({@link
 * StepCostModel}) and both as far as measured times to first token say that it helps; a better
 * priority counts as come earlier too, a worse one as later, and so does who has had less or more
 * than other clients that wait ({@link FairShares}). While memory is nearly full, prompts wait for
 * each other ({@link PrefillGathering}). Who lacks memory is passed by those behind that do not,
 * for a while. Adapters are loaded beside the steps, and as long as that takes nobody waits for it
 * but who needs it. Nothing that runs is stopped.
 *
 * <p>The bound on waiting: no request that came {@code postponement} and {@code longestHeadStart}
 * or more after another starts in an earlier step than that one, except while the other's adapter
 * is being loaded. So a request waits no longer than what came before it and within that time after
 * it takes to be served, whatever comes later. It holds because a place in the order is fixed on
 * arrival, within these two of the time of arrival, and because the patience after which nobody
 * passes one that lacks memory is no longer than both. A request that has run before and lost its
 * memory goes before all that have not.
 */
public final class AdaptivePolicy implements SchedulingPolicy {

  private static final double NANOS_PER_MS = 1e6;

  private final long boundNanos;

  private final long patienceNanos;

  private final double postponementMs;

  private final double longestHeadStartMs;

  private final double priorityStepMs;

  private final WaitingOrder waiting = new WaitingOrder();

  private final RunningAdapters adapters = new RunningAdapters();

  private final StepCostModel costs;

  private final HeadStart headStart;

  private final LateBudget lateBudget;

  private final PrefillGathering gathering;

  private final FairShares shares;

  private final StartPlan plan;

  private long passNanos;

  private boolean refused;

  /** A policy for which nobody waits. */
  public AdaptivePolicy(AdaptivePolicyProperties properties, FairnessProperties fairness) {
    this.boundNanos = properties.passingBound().toNanos();
    this.patienceNanos = properties.patience().toNanos();
    this.postponementMs = ms(properties.postponement());
    this.longestHeadStartMs = ms(properties.longestHeadStart());
    this.priorityStepMs = ms(properties.priorityStep());
    this.costs = new StepCostModel(properties.forgetting());
    this.headStart = new HeadStart(longestHeadStartMs);
    this.lateBudget =
        new LateBudget(
            ms(properties.objective()), properties.lateShare(), properties.postponedShare());
    this.gathering =
        new PrefillGathering(
            properties.gatherFrom(), properties.gatherPasses(), ms(properties.longestGather()));
    this.shares = new FairShares(fairness);
    this.plan = new StartPlan(adapters, properties.lookAhead());
  }

  @Override
  public void enqueue(Sequence arrived) {
    double service = costs.serviceMs(arrived);
    lateBudget.arrived(service);
    double later =
        (lateBudget.postpones(service) ? postponementMs : -headStart.of(service))
            + priorityStepMs * arrived.request().terms().priority()
            + shares.laterMs(arrived);
    add(arrived, Math.clamp(later, -longestHeadStartMs, postponementMs));
  }

  @Override
  public void requeue(Sequence stopped) {
    add(stopped, 0);
  }

  @Override
  public void remove(Sequence sequence) {
    shares.leaves(sequence, waiting.take(sequence).account());
  }

  @Override
  public Collection<Sequence> waiting() {
    return waiting.view();
  }

  @Override
  public void reconsider(BatchAdmission batch) {
    passNanos = batch.nowNanos();
  }

  @Override
  public void admit(BatchAdmission batch) {
    // Who is refused has been planned for in vain.
    do {
      refused = false;
      plan.make(waiting, batch, this::mayBePassed);
      if (batch.running().isEmpty() || plan.fillsStep() || hasGathered(batch)) {
        start(batch);
      } else {
        load(batch);
      }
    } while (refused && batch.hasPlace());
  }

  @Override
  public void stopped(Sequence sequence) {
    adapters.stopped(sequence);
  }

  @Override
  public void firstToken(Sequence sequence, long nanosSinceArrival) {
    headStart.firstToken(nanosSinceArrival / NANOS_PER_MS);
    lateBudget.firstToken(nanosSinceArrival / NANOS_PER_MS);
  }

  @Override
  public void stepped(ScheduledBatch step, long nanos) {
    costs.learn(step, adapters, nanos);
    shares.stepped(step, nanos);
    if (step.shape().prefillRows() > 0) {
      gathering.prefilled((passNanos + nanos) / NANOS_PER_MS);
    }
  }

  private void add(Sequence sequence, double laterMs) {
    waiting.add(
        new WaitingSequence(
            sequence,
            sequence.hasStarted(),
            sequence.arrivalNanos() / NANOS_PER_MS + laterMs,
            costs.prefillMs(sequence.tokenCount(), sequence.size().adapterRank()),
            shares.arrives(sequence)));
  }

  private boolean mayBePassed(WaitingSequence next) {
    return !next.resumes() && passNanos - next.sequence().arrivalNanos() < patienceNanos;
  }

  private boolean hasGathered(BatchAdmission batch) {
    double pressure = 1 - (double) batch.reachableCells() / batch.capacityCells();
    return gathering.isEnough(
        plan.prefillMs(), costs.prefillPassMs(), pressure, passNanos / NANOS_PER_MS);
  }

  private void start(BatchAdmission batch) {
    for (WaitingSequence next : plan.chosen()) {
      if (!batch.hasPlace()) {
        return;
      }
      if (waiting.waits(next) && start(batch, next) == StartOutcome.NO_ROOM && !mayBePassed(next)) {
        return;
      }
    }
  }

  /** While prompts are gathered, adapters that are missing come in. */
  private void load(BatchAdmission batch) {
    long firstKept = Long.MAX_VALUE;
    for (WaitingSequence next : plan.chosen()) {
      Sequence sequence = next.sequence();
      // It might start at once, before one that is kept.
      boolean isLate = sequence.arrivalNanos() - boundNanos >= firstKept;
      if (sequence.isAdapterResident() || isLate) {
        firstKept = Math.min(firstKept, sequence.arrivalNanos());
      } else {
        StartOutcome outcome = start(batch, next);
        if (outcome == StartOutcome.STARTED) {
          // There is a prefill now, so that waiting gains nothing.
          start(batch);
          return;
        }
        if (outcome == StartOutcome.NO_ROOM && !mayBePassed(next)) {
          return;
        }
      }
    }
  }

  private StartOutcome start(BatchAdmission batch, WaitingSequence next) {
    StartOutcome outcome = batch.start(next.sequence());
    if (outcome.hasLeft()) {
      remove(next.sequence());
    }
    if (outcome == StartOutcome.STARTED) {
      adapters.started(next.sequence());
    }
    refused |= outcome == StartOutcome.REFUSED;
    return outcome;
  }

  private static double ms(Duration duration) {
    return duration.toNanos() / NANOS_PER_MS;
  }
}
