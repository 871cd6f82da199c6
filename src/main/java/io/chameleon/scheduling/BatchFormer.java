package io.chameleon.scheduling;

import io.chameleon.engine.Batch;
import io.chameleon.engine.SequenceStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Forms the batch of one step, within a budget of tokens: first a row for every sequence that
 * decodes, then chunks of those in prefill, in the order of their starts, then sequences that start
 * now, whom the policy chooses. So a stream that has begun is never held up by more than one step,
 * and a long prompt is fed piece by piece beside it. Where prefill and decode are separate passes,
 * decode rows come last, and only if there is nothing to prefill; but first after somebody was put
 * back, or else prefills that come to nothing could follow each other for ever. Used for one step
 * after the other; what it gives out is not changed by the next.
 */
final class BatchFormer implements BatchAdmission {

  private final SequenceRoster roster;

  private final SchedulingPolicy policy;

  private final SchedulingLimits limits;

  private final List<Sequence> sequences = new ArrayList<>();

  /** How many tokens each of them feeds. */
  private final int[] counts;

  /** How many sequences had been put back when the last decode rows were formed. */
  private long preemptionsAtDecode;

  private long nowNanos;

  private int tokensLeft;

  private int decodeRows;

  private boolean formed;

  /** Whether nobody has been found to wait for a load; what loads take comes back. */
  private boolean nobodyLoads = true;

  BatchFormer(SequenceRoster roster, SchedulingPolicy policy, SchedulingLimits limits) {
    this.roster = roster;
    this.policy = policy;
    this.limits = limits;
    this.counts = new int[limits.maxSequences()];
  }

  /** The batch of a step that begins now; nothing if nobody can run. */
  Optional<ScheduledBatch> form(long now) {
    begin(now);
    roster.beginStep();
    boolean decodeIsDue = roster.preemptions() > preemptionsAtDecode;
    policy.reconsider(this);
    formed = true;
    long preemptionsBefore = roster.preemptions();
    boolean decodeFirst = decodeIsDue || !limits.separatePasses();
    if (decodeFirst) {
      addDecodeRows();
    }
    if (sequences.isEmpty() || !limits.separatePasses()) {
      addPrefillChunks();
      // What has just been put back would take the room again that was made for others.
      if (roster.preemptions() == preemptionsBefore && hasPlace()) {
        policy.admit(this);
      }
    }
    if (sequences.isEmpty() && !decodeFirst) {
      addDecodeRows();
    }
    formed = false;
    if (sequences.isEmpty()) {
      return Optional.empty();
    }
    int tokens = limits.maxBatchTokens() - tokensLeft;
    return Optional.of(
        new ScheduledBatch(
            new Batch(steps()),
            Collections.unmodifiableList(new ArrayList<>(sequences)),
            new BatchShape(decodeRows, sequences.size() - decodeRows, tokens)));
  }

  private void begin(long now) {
    nowNanos = now;
    sequences.clear();
    tokensLeft = limits.maxBatchTokens();
    decodeRows = 0;
    formed = false;
    nobodyLoads = true;
  }

  @Override
  public boolean hasPlace() {
    return tokensLeft > 0 && roster.running().size() < limits.maxSequences();
  }

  @Override
  public int tokensLeft() {
    return tokensLeft;
  }

  @Override
  public StartOutcome start(Sequence waiting) {
    if (!formed || !hasPlace()) {
      throw new IllegalStateException(
          "sequence %s has no place in this step".formatted(waiting.request().id()));
    }
    StartOutcome outcome = roster.start(waiting, nobodyLoads);
    switch (outcome) {
      case STARTED -> addChunk(waiting);
      case LOADING -> nobodyLoads = false;
      case REFUSED, NO_ROOM -> {}
    }
    return outcome;
  }

  @Override
  public void putBack(Sequence running) {
    if (formed) {
      throw new IllegalStateException(
          "sequence %s takes part in the step already".formatted(running.request().id()));
    }
    roster.putBack(running);
  }

  @Override
  public List<Sequence> running() {
    return roster.running();
  }

  @Override
  public int capacityCells() {
    return roster.capacityCells();
  }

  @Override
  public int reachableCells() {
    return roster.reachableCells();
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  private void addDecodeRows() {
    // By index, because making room takes the youngest off the end. They are never in the batch
    // yet: the list is in the order of starts, and only decode rows need room.
    List<Sequence> running = roster.running();
    for (int i = 0; i < running.size(); i++) {
      Sequence sequence = running.get(i);
      if (sequence.isDecoding() && roster.makeRoom(sequence, sequence.position() + 1)) {
        add(sequence, 1);
      }
    }
    decodeRows = sequences.size();
    preemptionsAtDecode = decodeRows > 0 ? roster.preemptions() : preemptionsAtDecode;
  }

  private void addPrefillChunks() {
    for (Sequence sequence : roster.running()) {
      if (!sequence.isDecoding()) {
        addChunk(sequence);
      }
    }
  }

  private void addChunk(Sequence sequence) {
    int count = Math.min(Math.min(sequence.pendingTokens(), limits.prefillChunk()), tokensLeft);
    if (count > 0) {
      add(sequence, count);
    }
  }

  private void add(Sequence sequence, int count) {
    counts[sequences.size()] = count;
    sequences.add(sequence);
    tokensLeft -= count;
  }

  /** Made last: room made for one sequence may move the cells of others. */
  private List<SequenceStep> steps() {
    List<SequenceStep> steps = new ArrayList<>(sequences.size());
    for (int i = 0; i < sequences.size(); i++) {
      steps.add(sequences.get(i).step(counts[i]));
    }
    return Collections.unmodifiableList(steps);
  }
}
