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
 * back, or else prefills that come to nothing could follow each other for ever. Made anew for each
 * step.
 */
final class BatchFormer implements BatchAdmission {

  private final SequenceRoster roster;

  private final SchedulingPolicy policy;

  private final SchedulingLimits limits;

  private final long nowNanos;

  private final boolean decodeFirst;

  private final List<Sequence> sequences = new ArrayList<>();

  /** How many tokens each of them feeds. */
  private final List<Integer> counts = new ArrayList<>();

  private int tokensLeft;

  private int decodeRows;

  private boolean formed;

  /** Whether nobody has been found to wait for a load; what loads take comes back. */
  private boolean nobodyLoads = true;

  /**
   * Makes the former of one step.
   *
   * @param decodeFirst whether decode comes before prefill where they are separate passes
   */
  BatchFormer(
      SequenceRoster roster,
      SchedulingPolicy policy,
      SchedulingLimits limits,
      long nowNanos,
      boolean decodeFirst) {
    this.roster = roster;
    this.policy = policy;
    this.limits = limits;
    this.nowNanos = nowNanos;
    this.decodeFirst = decodeFirst || !limits.separatePasses();
    this.tokensLeft = limits.maxBatchTokens();
  }

  Optional<ScheduledBatch> form() {
    policy.reconsider(this);
    formed = true;
    long preemptionsBefore = roster.preemptions();
    if (decodeFirst) {
      addDecodeRows();
    }
    if (!limits.separatePasses() || sequences.isEmpty()) {
      addPrefillChunks();
      // What has just been put back would take the room again that was made for others.
      if (roster.preemptions() == preemptionsBefore && hasPlace()) {
        policy.admit(this);
      }
    }
    if (!decodeFirst && sequences.isEmpty()) {
      addDecodeRows();
    }
    if (sequences.isEmpty()) {
      return Optional.empty();
    }
    Batch batch = new Batch(steps());
    int tokens = limits.maxBatchTokens() - tokensLeft;
    return Optional.of(
        new ScheduledBatch(
            batch,
            List.copyOf(sequences),
            new BatchShape(decodeRows, sequences.size() - decodeRows, tokens)));
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
    return Collections.unmodifiableList(roster.running());
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
    // A copy, because making room takes the youngest out of the list. They are never in the batch
    // yet: the list is in the order of starts, and only decode rows need room.
    for (Sequence sequence : List.copyOf(roster.running())) {
      if (runsAndDecodes(sequence) && roster.makeRoom(sequence, sequence.position() + 1)) {
        add(sequence, 1);
      }
    }
    decodeRows = sequences.size();
  }

  private static boolean runsAndDecodes(Sequence sequence) {
    return sequence.status() == SequenceStatus.RUNNING && sequence.isDecoding();
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
    sequences.add(sequence);
    counts.add(count);
    tokensLeft -= count;
  }

  /** Made last: room made for one sequence may move the cells of others. */
  private List<SequenceStep> steps() {
    List<SequenceStep> steps = new ArrayList<>(sequences.size());
    for (int i = 0; i < sequences.size(); i++) {
      steps.add(sequences.get(i).step(counts.get(i)));
    }
    return List.copyOf(steps);
  }
}
