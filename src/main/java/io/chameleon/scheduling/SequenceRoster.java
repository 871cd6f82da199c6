package io.chameleon.scheduling;

import io.chameleon.adapter.AdapterLease;
import io.chameleon.adapter.AdapterLease.Loan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Every sequence of the scheduler, in one place each: waiting or running. All moves between the
 * two, and out, happen here, and with them what a sequence holds comes and goes.
 */
final class SequenceRoster {

  private final SchedulingPolicy policy;

  private final SequenceResources resources;

  private final LongSupplier nanoClock;

  /** In the order of their starts, the youngest last. */
  private final List<Sequence> running = new ArrayList<>();

  private final List<Sequence> runningView = Collections.unmodifiableList(running);

  private final LatestStarts latestStarts = new LatestStarts();

  private final FastestPrefill fastestPrefill;

  private final LatenessMargin margin = new LatenessMargin();

  private final ClassLoads loads;

  private long waitingTokens;

  private long tokensInFlight;

  private long startedTokens;

  private long departures;

  private long preemptions;

  private long expirations;

  SequenceRoster(
      SchedulingPolicy policy,
      SequenceResources resources,
      int prefillChunk,
      LongSupplier nanoClock) {
    this.policy = policy;
    this.fastestPrefill = new FastestPrefill(prefillChunk);
    this.loads = new ClassLoads(policy.classifier());
    this.resources = resources;
    this.nanoClock = nanoClock;
  }

  /** A step is formed from now on. */
  void beginStep() {
    resources.beginStep();
  }

  void enqueue(Sequence arrived) {
    policy.enqueue(arrived);
    joinedQueue(arrived);
    try {
      resources.pin(arrived);
    } catch (RuntimeException refusal) {
      end(arrived, new SequenceEnding.Failed(refusal));
    }
  }

  /**
   * Starts a waiting sequence if it can be done now.
   *
   * @param isFirst whether nobody before it waits for a load; what loads take of the memory is
   *     missing to those behind, and comes back
   */
  StartOutcome start(Sequence next, boolean isFirst) {
    boolean firstTime = !next.hasStarted();
    Loan loan;
    try {
      loan = resources.tryStart(next, running.isEmpty(), isFirst);
    } catch (RuntimeException refusal) {
      // The policy forgets it by the answer.
      end(next, new SequenceEnding.Failed(refusal), false);
      return StartOutcome.REFUSED;
    }
    return switch (loan) {
      case LENT -> {
        leftQueue(next, firstTime);
        running.add(next);
        tokensInFlight += next.size().tokens();
        startedTokens += next.size().tokens();
        loads.started(next);
        yield StartOutcome.STARTED;
      }
      case LOADING -> StartOutcome.LOADING;
      case NO_ROOM -> StartOutcome.NO_ROOM;
    };
  }

  /** Stops a running sequence, which waits again. */
  void putBack(Sequence sequence) {
    if (!running.remove(sequence)) {
      throw new IllegalStateException(
          "sequence %s does not run".formatted(sequence.request().id()));
    }
    requeue(sequence);
  }

  /**
   * Sees that a running sequence holds this many cells: the youngest make room, one after the
   * other. The last one makes room for itself, because it may hold more than it needs: its rows
   * stay in the window where it had neighbours once. If it fits then, it goes on; if not, its start
   * says so.
   *
   * @return false if it runs no more, being the youngest itself
   */
  boolean makeRoom(Sequence sequence, int cells) {
    while (!resources.tryHold(sequence, cells)) {
      if (preemptYoungest() == sequence) {
        return false;
      }
    }
    return true;
  }

  /** Ends a sequence that has not ended; its stream ends even if something cannot be given back. */
  void end(Sequence sequence, SequenceEnding ending) {
    end(sequence, ending, true);
  }

  private void end(Sequence sequence, SequenceEnding ending, boolean isKnownToPolicy) {
    SequenceStatus before = sequence.status();
    sequence.end();
    try {
      if (before == SequenceStatus.WAITING) {
        if (isKnownToPolicy) {
          policy.remove(sequence);
        }
        leftQueue(sequence, !sequence.hasStarted());
        resources.release(sequence);
      } else {
        leaveRunning(sequence);
      }
    } finally {
      sequence.output().ended(ending, nanoClock.getAsLong());
    }
  }

  /**
   * Ends all there are, whatever state a fault has left them in.
   *
   * @throws RuntimeException if things could not be given back; all sequences have ended
   *     nevertheless
   */
  void endAll(RuntimeException cause) {
    endThose(sequence -> true, cause);
  }

  /**
   * Ends some of them; how many.
   *
   * @throws RuntimeException if things could not be given back; all of those have ended
   *     nevertheless
   */
  int endThose(Predicate<Sequence> which, RuntimeException cause) {
    List<Sequence> all = new ArrayList<>(running);
    all.addAll(policy.waiting());
    all.removeIf(which.negate());
    RuntimeException failure = null;
    for (Sequence sequence : all) {
      try {
        end(sequence, new SequenceEnding.Failed(cause));
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return all.size();
  }

  /** Ends all that wait and can have no first token in time; who waits no more is not asked. */
  void endLate(Function<Sequence, RuntimeException> cause) {
    long now = nanoClock.getAsLong();
    LeastPrefill prefill = fastestPrefill.at(now);
    for (Sequence late = latestStarts.late(prefill, now);
        late != null;
        late = latestStarts.late(prefill, now)) {
      if (late.limit().firstTokenNanos() < Long.MAX_VALUE) {
        measured(late, late.limit().firstTokenNanos() + 1, now);
      }
      end(late, new SequenceEnding.Failed(cause.apply(late)));
      expirations++;
    }
  }

  /** A sequence has its first token, or can have it only so long after its arrival. */
  void measured(Sequence sequence, long firstTokenNanos, long nowNanos) {
    if (sequence.expectedNanos() > 0) {
      margin.observed(firstTokenNanos - sequence.expectedNanos(), nowNanos);
    }
  }

  /** By how much first tokens come later than was expected, in nanoseconds. */
  long marginNanos(long nowNanos) {
    return margin.nanos(nowNanos);
  }

  /** When the next of those that wait must have started; {@link LatestStarts#NEVER} if none. */
  long nextLatestStart() {
    return latestStarts.next();
  }

  /** Sequences that were ended because it was too late for them. */
  long expirations() {
    return expirations;
  }

  /** What waits in each size class, by the policy's newest. */
  ClassLoads loads() {
    loads.follow(policy.classifier(), policy.waiting());
    return loads;
  }

  /** What a prefill takes at least. */
  FastestPrefill fastestPrefill() {
    return fastestPrefill;
  }

  /** Who runs, in the order of their starts; a view. */
  List<Sequence> running() {
    return runningView;
  }

  Collection<Sequence> waiting() {
    return policy.waiting();
  }

  /** Estimated size of all that have ever started, in tokens. */
  long startedTokens() {
    return startedTokens;
  }

  long preemptions() {
    return preemptions;
  }

  int capacityCells() {
    return resources.arenaCells();
  }

  int reachableCells() {
    return resources.reachable();
  }

  SchedulerSnapshot snapshot(long steps, BatchShape lastBatch) {
    return new SchedulerSnapshot(
        policy.waiting().size(),
        running.size(),
        waitingTokens,
        tokensInFlight,
        resources.lentCells(),
        resources.capacity(),
        steps,
        departures,
        preemptions,
        lastBatch);
  }

  /**
   * Checks that each sequence is in one place, in the state of that place, and that all sums are
   * exact.
   *
   * @throws IllegalStateException naming what does not hold
   */
  void checkIntegrity() {
    Set<Sequence> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Sequence sequence : policy.waiting()) {
      require(seen.add(sequence), "it is in two places", sequence);
      require(
          sequence.status() == SequenceStatus.WAITING, "it waits, in the wrong state", sequence);
      require(sequence.kv() == null && !hasLoan(sequence), "it waits with a loan", sequence);
    }
    for (Sequence sequence : running) {
      boolean wantsLease = sequence.request().adapter() != null;
      require(seen.add(sequence), "it is in two places", sequence);
      require(sequence.status() == SequenceStatus.RUNNING, "it runs, in the wrong state", sequence);
      require(sequence.kv() != null, "it runs without cells", sequence);
      require(hasLoan(sequence) == wantsLease, "its lease does not match", sequence);
    }
    checkSums();
    loads.checkIntegrity(policy.waiting());
    checkLatestStarts();
  }

  private void checkLatestStarts() {
    List<Sequence> limited =
        policy.waiting().stream()
            .filter(s -> !s.limit().isNone() && s.generatedTokens() == 0)
            .toList();
    requireEqual("latest starts", latestStarts.size(), limited.size());
    limited.forEach(s -> require(latestStarts.contains(s), "its latest start is not noted", s));
  }

  private void checkSums() {
    requireEqual("waiting tokens", waitingTokens, sum(policy.waiting(), s -> s.size().tokens()));
    requireEqual("tokens in flight", tokensInFlight, sum(running, s -> s.size().tokens()));
    requireEqual("lent cells", resources.lentCells(), sum(running, Sequence::heldCells));
    requireEqual("open loans", resources.openLoans(), sum(running, s -> s.lease() == null ? 0 : 1));
  }

  private static boolean hasLoan(Sequence sequence) {
    AdapterLease lease = sequence.lease();
    return lease != null && lease.isLent();
  }

  private static long sum(Collection<Sequence> sequences, ToIntFunction<Sequence> value) {
    return sequences.stream().mapToLong(value::applyAsInt).sum();
  }

  private static void require(boolean holds, String fault, Sequence sequence) {
    if (!holds) {
      throw new IllegalStateException(
          "sequence %s: %s (%s)".formatted(sequence.request().id(), fault, sequence.status()));
    }
  }

  private static void requireEqual(String what, long counted, long held) {
    if (counted != held) {
      throw new IllegalStateException(
          "%s: %d by count, %d by sequences".formatted(what, counted, held));
    }
  }

  private Sequence preemptYoungest() {
    Sequence youngest = running.removeLast();
    requeue(youngest);
    return youngest;
  }

  private void requeue(Sequence stopped) {
    tokensInFlight -= stopped.size().tokens();
    resources.suspend(stopped);
    stopped.preempt();
    policy.stopped(stopped);
    policy.requeue(stopped);
    joinedQueue(stopped);
    preemptions++;
  }

  private void joinedQueue(Sequence sequence) {
    waitingTokens += sequence.size().tokens();
    loads.entered(sequence);
    if (!sequence.limit().isNone()) {
      latestStarts.add(sequence, fastestPrefill.at(nanoClock.getAsLong()));
    }
  }

  private void leftQueue(Sequence sequence, boolean firstTime) {
    loads.left(sequence);
    latestStarts.remove(sequence);
    departures += firstTime ? 1 : 0;
    waitingTokens -= sequence.size().tokens();
  }

  private void leaveRunning(Sequence sequence) {
    running.remove(sequence);
    tokensInFlight -= sequence.size().tokens();
    policy.stopped(sequence);
    resources.release(sequence);
  }
}
