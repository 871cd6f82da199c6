package io.chameleon.scheduling.chameleon;

import io.chameleon.scheduling.BatchAdmission;
import io.chameleon.scheduling.Sequence;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Heads that wait for memory, who has passed them, and who has given way to them again (paper,
 * section 4.3.4). For one thread.
 */
final class PassedHeads {

  /** Most that are looked at behind a head; the paper sets no bound, but a pass must be short. */
  private static final int MOST_LOOKS = 1_000;

  private final BypassRule rule;

  private final RunningHolds holds;

  private final FreeTimeEstimate estimate = new FreeTimeEstimate();

  /** By the head that waits, who has passed it and runs; in order, so that all runs are alike. */
  private final Map<Sequence, Sequence> passing = new LinkedHashMap<>();

  /** By who has been stopped and waits, the head that is to start before it. */
  private final Map<Sequence, Sequence> givingWay = new HashMap<>();

  /** Heads whose adapters have been found to be loaded in this pass. */
  private final Set<Sequence> loading = new HashSet<>();

  PassedHeads(BypassRule rule, RunningHolds holds) {
    this.rule = rule;
    this.holds = holds;
  }

  /**
   * The first behind a head that may start before it; null if there is none.
   *
   * @param tokens most that it may need
   * @param secondsPerToken of a step of decode; 0 if none has been made
   */
  @Nullable Sequence choose(
      Sequence head,
      Collection<Sequence> line,
      long tokens,
      BatchAdmission batch,
      double secondsPerToken) {
    int passed = passing.containsKey(head) ? 1 : 0;
    if (!rule.bypass() || passed > 0 || secondsPerToken <= 0) {
      return null;
    }
    int free = batch.reachableCells();
    double untilFree = secondsUntilFree(head, batch, secondsPerToken);
    return line.stream()
        .dropWhile(sequence -> sequence != head)
        .skip(1)
        .limit(MOST_LOOKS)
        .filter(next -> holds.need(next) <= tokens && holds.neededCells(next) <= free)
        .filter(
            next -> rule.mayPass(passed, untilFree, next.predictedRemaining() * secondsPerToken))
        .filter(next -> !mustWait(next))
        .findFirst()
        .orElse(null);
  }

  /** One has started before a head. */
  void passed(Sequence head, Sequence younger) {
    passing.put(head, younger);
  }

  /**
   * Those who run and whose memory is all that the heads lack which they have passed. They are
   * taken to give way.
   */
  List<Sequence> squashed(BatchAdmission batch) {
    List<Sequence> stopped =
        passing.entrySet().stream()
            .filter(pair -> mustGiveWay(pair.getKey(), pair.getValue(), batch.reachableCells()))
            .peek(pair -> givingWay.put(pair.getValue(), pair.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    passing.values().removeAll(stopped);
    return stopped;
  }

  /** Whom this one, which waits, has given way to; null if to nobody. */
  @Nullable Sequence headBefore(Sequence waiting) {
    return givingWay.get(waiting);
  }

  /** A pass begins. */
  void beginPass() {
    loading.clear();
  }

  /** The adapter of one that waits is being loaded. */
  void isLoading(Sequence waiting) {
    loading.add(waiting);
  }

  /** Whether this one would take the memory again that it has just left to a head. */
  boolean mustWait(Sequence waiting) {
    Sequence head = givingWay.get(waiting);
    return head != null && loading.contains(head);
  }

  /** One waits no more. */
  void left(Sequence sequence) {
    passing.remove(sequence);
    givingWay.remove(sequence);
    givingWay.values().remove(sequence);
  }

  /** One runs no more. */
  void stopped(Sequence sequence) {
    passing.values().remove(sequence);
  }

  private double secondsUntilFree(Sequence head, BatchAdmission batch, double secondsPerToken) {
    estimate.clear();
    for (Sequence sequence : batch.running()) {
      estimate.add(holds.cells(sequence), sequence.predictedRemaining());
    }
    return estimate.secondsUntilFree(
        holds.neededCells(head), batch.reachableCells(), secondsPerToken);
  }

  private boolean mustGiveWay(Sequence head, Sequence younger, int free) {
    String adapter = head.request().adapter();
    // An adapter that both use stays.
    boolean same = adapter != null && adapter.equals(younger.request().adapter());
    int given = same ? younger.heldCells() : holds.cells(younger);
    int needed = holds.neededCells(head);
    return free < needed && rule.mustGiveWay(free, given, needed);
  }
}
