package io.chameleon.scheduling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A batch with so many places that gives the outcomes it was told, and keeps who was tried. */
final class FakeBatch implements BatchAdmission {

  private final List<Sequence> running = new ArrayList<>();

  private final List<Sequence> tried = new ArrayList<>();

  private final Map<Sequence, StartOutcome> outcomes = new HashMap<>();

  private final int capacityCells;

  private int places = Integer.MAX_VALUE;

  FakeBatch(int capacityCells) {
    this.capacityCells = capacityCells;
  }

  /** From now on so many more may start. */
  FakeBatch places(int left) {
    places = left;
    return this;
  }

  /** A try to start this one gives that; any other is started. */
  FakeBatch answer(Sequence sequence, StartOutcome outcome) {
    outcomes.put(sequence, outcome);
    return this;
  }

  /** Has one run already. */
  FakeBatch runs(Sequence sequence) {
    running.add(sequence);
    return this;
  }

  /** All that a start was tried of, in that order, since the last call. */
  List<Sequence> takeTried() {
    List<Sequence> taken = List.copyOf(tried);
    tried.clear();
    return taken;
  }

  @Override
  public boolean hasPlace() {
    return places > 0;
  }

  @Override
  public int tokensLeft() {
    return places;
  }

  @Override
  public StartOutcome start(Sequence waiting) {
    tried.add(waiting);
    StartOutcome outcome = outcomes.getOrDefault(waiting, StartOutcome.STARTED);
    if (outcome == StartOutcome.STARTED) {
      running.add(waiting);
      places--;
    }
    return outcome;
  }

  @Override
  public void putBack(Sequence sequence) {
    throw new IllegalStateException("nobody puts back " + sequence.request().id());
  }

  @Override
  public List<Sequence> running() {
    return running;
  }

  @Override
  public int capacityCells() {
    return capacityCells;
  }

  @Override
  public int reachableCells() {
    return capacityCells;
  }

  @Override
  public long nowNanos() {
    return 0;
  }
}
