package io.chameleon.scheduling;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLeases;
import io.chameleon.admission.SizeClass;
import io.chameleon.engine.NextStep;
import io.chameleon.engine.SampledToken;
import io.chameleon.engine.StepResult;
import io.chameleon.memory.KvCells;
import io.chameleon.request.FinishReason;
import io.chameleon.request.RequestTiming;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides who runs in the next step, and follows each sequence from its arrival to its end. Between
 * {@link #schedule()} and the call that answers it, {@link #complete} or {@link #fail}, nothing
 * else is to be called.
 *
 * <p>For the engine thread alone; no locks, no waiting, no clock but the one it is given.
 */
public final class Scheduler {

  private static final SequenceEnding CANCELLED = new SequenceEnding.Cancelled();

  private final SchedulingPolicy policy;

  private final SequenceRoster roster;

  private final BatchFormer former;

  private final LongSupplier nanoClock;

  private long stepStart;

  private long lastCompletion;

  private long steps;

  private boolean stalled;

  private BatchShape lastBatch = BatchShape.EMPTY;

  /**
   * Makes a scheduler of nothing yet.
   *
   * @param limits how large a step may be
   * @param policy who starts next; its queues are empty
   * @param cells where sequences get their KV
   * @param leases where they get their adapters
   * @param samplers makes the sampler of a sequence
   * @param nanoClock monotonic, in nanoseconds; the one that arrivals are measured with
   */
  public Scheduler(
      SchedulingLimits limits,
      SchedulingPolicy policy,
      KvCells cells,
      AdapterLeases leases,
      SamplerFactory samplers,
      LongSupplier nanoClock) {
    this.policy = policy;
    this.nanoClock = nanoClock;
    this.roster =
        new SequenceRoster(
            policy,
            new SequenceResources(cells, leases, samplers, limits.growthCells(), nanoClock),
            limits.prefillChunk(),
            nanoClock);
    this.former = new BatchFormer(roster, policy, limits);
  }

  /** Takes a sequence that has just come. */
  public void enqueue(Sequence arrived) {
    roster.enqueue(arrived);
  }

  /**
   * Ends sequences whose end was asked for; those among them that have ended are passed over.
   *
   * @param cancelled sequences that have come here, each any number of times
   */
  public void endCancelled(Collection<Sequence> cancelled) {
    for (Sequence sequence : cancelled) {
      if (!sequence.hasEnded()) {
        roster.end(sequence, CANCELLED);
      }
    }
  }

  /**
   * Ends all that wait for their start and can have no first token within their limits any more.
   *
   * @param cause what each is answered
   */
  public void endLate(Function<Sequence, RuntimeException> cause) {
    roster.endLate(cause);
  }

  /**
   * When {@link #endLate} has to be called again, on the scheduler's clock, or earlier; {@link
   * Long#MAX_VALUE} if nobody waits that can be late.
   */
  public long nextLatestStart() {
    return roster.nextLatestStart();
  }

  /** Sequences that {@link #endLate} has ended since the start. */
  public long expirations() {
    return roster.expirations();
  }

  /**
   * Forms the next batch; starts, refuses and preempts sequences as it goes.
   *
   * @return who runs, or nothing if nobody can; then, if sequences are left, another call goes on,
   *     unless the scheduler {@link #isStalled() is stalled}
   */
  public Optional<ScheduledBatch> schedule() {
    long preemptions = roster.preemptions();
    stepStart = nanoClock.getAsLong();
    Optional<ScheduledBatch> batch = former.form(stepStart);
    stalled = batch.isEmpty() && roster.preemptions() == preemptions;
    return batch;
  }

  /**
   * Whether nobody can run before something new comes, as found by the last {@link #schedule()}:
   * all who wait, wait for loads or for memory that loads take.
   */
  public boolean isStalled() {
    return stalled;
  }

  /**
   * What is known, while a step runs, of the one after it.
   *
   * @param isQuiet whether nothing has come since it was scheduled, as far as is known now
   */
  public NextStep after(ScheduledBatch step, BooleanSupplier isQuiet) {
    return new StepOutlook(step, roster, isQuiet);
  }

  /**
   * Takes over what the step gave: tokens go to their outputs, and sequences that have come to
   * their end leave.
   *
   * @throws IllegalStateException if the result does not answer the batch; nothing has changed then
   */
  public void complete(ScheduledBatch step, StepResult result) {
    step.requireAnswers(result);
    count(step);
    long now = nanoClock.getAsLong();
    long nanos = now - (result.isAhead() ? lastCompletion : stepStart);
    lastCompletion = now;
    boolean allChose = result.failures().isEmpty();
    for (int i = 0; i < step.sequences().size(); i++) {
      Sequence sequence = step.sequences().get(i);
      sequence.fed(step.batch().sequences().get(i).count());
      RuntimeException failure = allChose ? null : result.failures().get(i);
      if (failure == null) {
        advance(sequence, result.tokens().get(i), now);
      } else {
        roster.end(sequence, new SequenceEnding.Failed(failure));
      }
    }
    roster.fastestPrefill().stepped(step.shape().tokens(), nanos, now);
    policy.stepped(step, nanos);
  }

  /** Ends the sequences of a step that failed. */
  public void fail(ScheduledBatch step, RuntimeException cause) {
    count(step);
    for (Sequence sequence : step.sequences()) {
      roster.end(sequence, new SequenceEnding.Failed(cause));
    }
  }

  /**
   * Ends all sequences, running and waiting, that have this version of an adapter pinned.
   *
   * @param version as {@link io.chameleon.adapter.AdapterLease#pins} knows it
   * @return how many
   */
  public int endThoseWith(Object version, RuntimeException cause) {
    return roster.endThose(
        sequence -> {
          AdapterLease lease = sequence.lease();
          return lease != null && lease.pins(version);
        },
        cause);
  }

  /**
   * Ends all there are, running and waiting, in whatever state a fault has left them.
   *
   * @throws RuntimeException if something could not be given back; all have ended nevertheless
   */
  public void failAll(RuntimeException cause) {
    roster.endAll(cause);
  }

  /** Whether there is nothing to do. */
  public boolean isEmpty() {
    return roster.running().isEmpty() && roster.waiting().isEmpty();
  }

  /** Estimated size of all sequences that have ever started, in tokens. */
  public long startedTokens() {
    return roster.startedTokens();
  }

  /** What waits in each size class, and what has started of it; for the engine thread. */
  public ClassLoads classLoads() {
    return roster.loads();
  }

  /** The size classes as they are now. */
  public SchedulingSnapshot classes() {
    ClassLoads loads = classLoads();
    PolicyView view = policy.view();
    List<SchedulingSnapshot.ClassState> states = new ArrayList<>();
    for (SizeClass sizeClass : loads.classes()) {
      int index = sizeClass.index();
      states.add(
          new SchedulingSnapshot.ClassState(
              sizeClass,
              loads.waiting(index),
              loads.waitingTokens(index),
              index < view.quotas().size() ? view.quotas().get(index) : null));
    }
    return new SchedulingSnapshot(states, view.counts());
  }

  /** What follows the start of a request, as is known at this time. */
  AfterStart afterStart(long nowNanos) {
    return new AfterStart(roster.fastestPrefill().at(nowNanos), roster.marginNanos(nowNanos));
  }

  /** Who starts next. */
  public SchedulingPolicy policy() {
    return policy;
  }

  /** The scheduler as it is now. */
  public SchedulerSnapshot snapshot() {
    return roster.snapshot(steps, lastBatch);
  }

  /**
   * Checks that nothing is lost, doubled or miscounted.
   *
   * @throws IllegalStateException naming what does not hold
   */
  public void checkIntegrity() {
    roster.checkIntegrity();
  }

  private void count(ScheduledBatch step) {
    steps++;
    lastBatch = step.shape();
  }

  private void advance(Sequence sequence, @Nullable SampledToken sampled, long now) {
    if (sequence.isCancelled()) {
      roster.end(sequence, CANCELLED);
    } else if (sampled != null) {
      sequence.times().sampled(now);
      take(sequence, sampled, now);
    }
  }

  private void take(Sequence sequence, SampledToken sampled, long now) {
    if (sequence.isEnd(sampled.token())) {
      roster.end(sequence, sequence.complete(FinishReason.STOP, sampled.token()));
      return;
    }
    RequestTiming timing = null;
    if (sequence.generatedTokens() == 0) {
      timing = sequence.times().account();
      long nanos = now - sequence.times().arrival();
      roster.measured(sequence, nanos, now);
      policy.firstToken(sequence, nanos);
    }
    sequence.append(sampled.token());
    if (!sequence.output().token(sampled, timing, now)) {
      roster.end(sequence, CANCELLED);
    } else if (sequence.generatedTokens() == sequence.request().maxTokens()) {
      roster.end(sequence, sequence.complete(FinishReason.LENGTH, null));
    }
  }
}
