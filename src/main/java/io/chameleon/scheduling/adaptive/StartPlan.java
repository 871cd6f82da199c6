package io.chameleon.scheduling.adaptive;

import io.chameleon.scheduling.BatchAdmission;
import io.chameleon.scheduling.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whom memory and the step's tokens let start, by estimate, from the first in order on. One that
 * lacks memory is passed by those behind it that do not, unless it may not be passed. Made anew in
 * each pass. For one thread.
 */
final class StartPlan {

  private final RunningAdapters adapters;

  private final int lookAhead;

  private final List<WaitingSequence> chosen = new ArrayList<>();

  /** Adapters that those chosen bring in. */
  private final Set<String> added = new HashSet<>();

  private long cellsLeft;

  private int passed;

  private double prefillMs;

  private boolean fillsStep;

  /**
   * A plan of nobody.
   *
   * @param adapters those that run
   * @param lookAhead most that are looked at in vain in a pass
   */
  StartPlan(RunningAdapters adapters, int lookAhead) {
    this.adapters = adapters;
    this.lookAhead = lookAhead;
  }

  /**
   * Makes the plan of a pass.
   *
   * @param mayBePassed whether those behind one that lacks memory may start before it
   */
  void make(WaitingOrder order, BatchAdmission batch, Predicate<WaitingSequence> mayBePassed) {
    chosen.clear();
    added.clear();
    cellsLeft = batch.reachableCells();
    passed = 0;
    prefillMs = 0;
    long tokensLeft = batch.tokensLeft();
    for (WaitingSequence next : order.places()) {
      boolean fits = tryAdd(next) || tryAlone(next, batch);
      if (!fits && (!mayBePassed.test(next) || ++passed > lookAhead)) {
        break;
      }
      tokensLeft -= fits ? next.sequence().pendingTokens() : 0;
      if (tokensLeft <= 0) {
        break;
      }
    }
    fillsStep = tokensLeft <= 0;
  }

  /** In order. */
  List<WaitingSequence> chosen() {
    return chosen;
  }

  /** What the prompts of those chosen take, without the fixed cost of a step. */
  double prefillMs() {
    return prefillMs;
  }

  /** Whether a step takes no more prompts than those chosen. */
  boolean fillsStep() {
    return fillsStep;
  }

  private boolean tryAdd(WaitingSequence next) {
    Sequence sequence = next.sequence();
    boolean bringsAdapter = bringsAdapter(sequence);
    long cells = cellsFor(sequence) + (bringsAdapter ? sequence.size().adapterCells() : 0);
    if (cells > cellsLeft) {
      return false;
    }
    cellsLeft -= cells;
    String adapter = sequence.request().adapter();
    if (bringsAdapter && adapter != null) {
      added.add(adapter);
    }
    choose(next);
    return true;
  }

  /** Where nothing runs, what does not fit now never will; the scheduler is to say so. */
  private boolean tryAlone(WaitingSequence next, BatchAdmission batch) {
    if (!chosen.isEmpty() || !batch.running().isEmpty()) {
      return false;
    }
    cellsLeft = 0;
    choose(next);
    return true;
  }

  private void choose(WaitingSequence next) {
    chosen.add(next);
    prefillMs += next.prefillMs();
  }

  private boolean bringsAdapter(Sequence sequence) {
    String adapter = sequence.request().adapter();
    return adapter != null && !adapters.sharesAdapter(sequence) && !added.contains(adapter);
  }

  private static long cellsFor(Sequence sequence) {
    long wanted = (long) sequence.tokenCount() + sequence.size().predictedOutputTokens();
    return Math.min(sequence.request().maxCells(), wanted);
  }
}
