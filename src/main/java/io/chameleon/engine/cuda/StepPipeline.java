package io.chameleon.engine.cuda;

import io.chameleon.engine.NextStep;
import io.chameleon.engine.SequenceStep;
import io.chameleon.engine.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps one after the other, without a gap between two: while the device works on a step in which
 * all sequences decode, the next one is prepared, and shortly before the first ends it is put into
 * the queue, with the tokens that nobody knows yet taken from where the device has them. Late, so
 * that a request that comes meanwhile still gets its place in the next step.
 *
 * <p>Sequences that have ended by then cost their row of the step. If anything else has changed,
 * the step was in vain, and another one is put behind it: what it wrote lies behind the tokens that
 * count, in cells that were its sequences' own when it was put into the queue, before anything that
 * is done to them since.
 */
final class StepPipeline {

  private static final Logger log = LoggerFactory.getLogger(StepPipeline.class);

  /** How long before the end of a step the next one is put into the queue. */
  private static final long LEAD_NANOS = 400_000;

  private static final long POLL_NANOS = 20_000;

  /** After so many nothing is prepared ahead any more. */
  private static final int MOST_FAILURES = 3;

  /** What puts steps into the queue; two may be in it, each with a slot for its result. */
  interface Device {

    /** Puts a step into the queue. */
    void launch(StepRows rows, int slot);

    /**
     * Gets a step ready whose tokens are not known yet.
     *
     * @param chosen for each row the row of the step before that chooses its token
     * @return false if it cannot be launched before they are known
     */
    boolean prepareAhead(StepRows rows, int[] chosen, int slot);

    /** Puts the step that was got ready last into the queue. */
    void launchAhead(StepRows rows, int slot);

    /** Gives up what was begun by a call that failed. */
    void reset();

    boolean isDone(int slot);

    /** Waits for the step in a slot. */
    void await(int slot);

    /** For how long the device worked on the step in a slot, which is done. */
    double millis(int slot);

    /** The token that a row of a step that is done has chosen. */
    int token(int slot, int row);

    /**
     * What a step that is done has given.
     *
     * @param from for each row that chooses, its row in the slot's step
     * @param isAhead whether it began before it was asked for
     */
    StepResult result(StepRows rows, int slot, int[] from, boolean isAhead);
  }

  /**
   * A step in the queue before it was asked for.
   *
   * @param chosen for each row the row of the step before that chooses its token
   */
  private record Ahead(StepRows rows, int[] chosen, int slot) {}

  private final Device device;
  private final LongSupplier nanoClock;
  private @Nullable Ahead ahead;
  private int slot;
  private long startNanos;
  private double millis;
  private double decodeMillis;
  private int failures;

  StepPipeline(Device device, LongSupplier nanoClock) {
    this.device = device;
    this.nanoClock = nanoClock;
  }

  /** Milliseconds for which the device worked on the last step. */
  double millis() {
    return millis;
  }

  /**
   * Runs a step, or waits for it if it is in the queue already.
   *
   * @param next what is known of the next one
   */
  StepResult run(StepRows rows, NextStep next) {
    Ahead early = ahead;
    ahead = null;
    int[] from = early == null ? null : places(early, rows);
    boolean isAhead = early != null && from != null;
    if (early != null && from != null) {
      slot = early.slot;
    } else {
      slot = 1 - slot;
      from = firstNumbers(rows.wanted());
      device.launch(rows, slot);
      // Behind a step that is in vain it has still to wait for that one.
      startNanos = nanoClock.getAsLong() + (early == null ? 0 : nanos(decodeMillis));
    }
    next.launched();
    Ahead following = goAhead(rows, from, next);
    device.await(slot);
    millis = device.millis(slot);
    decodeMillis = rows.isDecode() ? millis : decodeMillis;
    startNanos = nanoClock.getAsLong();
    StepResult result = device.result(rows, slot, from, isAhead);
    ahead = following;
    return result;
  }

  private static long nanos(double millis) {
    return (long) (millis * 1e6);
  }

  /** Forgets what is in the queue. */
  void reset() {
    ahead = null;
  }

  private static int[] firstNumbers(int count) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i;
    }
    return numbers;
  }

  /** For each row its row in a step that is in the queue; null if that is another step. */
  private int @Nullable [] places(Ahead early, StepRows rows) {
    if (!rows.isDecode()) {
      return null;
    }
    int[] places = new int[rows.rows()];
    int at = 0;
    for (int row = 0; row < places.length; row++) {
      SequenceStep step = rows.steps().get(row);
      while (at < early.rows.rows() && !isSame(early.rows.steps().get(at), step)) {
        at++;
      }
      if (at == early.rows.rows()
          || device.token(1 - early.slot, early.chosen[at]) != step.tokens()[step.from()]) {
        return null;
      }
      places[row] = at++;
    }
    return places;
  }

  /** Whether two steps of sequences are the same, but for their tokens. */
  @SuppressWarnings("ReferenceEquality") // a sampler is its sequence's
  private static boolean isSame(SequenceStep a, SequenceStep b) {
    return a.sampler() == b.sampler()
        && a.position() == b.position()
        && a.kv().start() == b.kv().start()
        && java.util.Objects.equals(a.adapter(), b.adapter());
  }

  private @Nullable Ahead goAhead(StepRows rows, int[] from, NextStep next) {
    if (failures == MOST_FAILURES || !rows.isDecode() || !next.isDecode()) {
      return null;
    }
    try {
      Ahead following = following(rows, from, next);
      return following != null && launch(following, next) ? following : null;
    } catch (RuntimeException e) {
      failures++;
      log.warn(
          "Step prepared ahead failed, {} of {} times: {}", failures, MOST_FAILURES, e.toString());
      device.reset();
      return null;
    }
  }

  private boolean launch(Ahead following, NextStep next) {
    if (!device.prepareAhead(following.rows, following.chosen, following.slot)) {
      return false;
    }
    waitForTheEnd();
    if (!next.isDecode()) {
      return false;
    }
    device.launchAhead(following.rows, following.slot);
    return true;
  }

  /** The step after one, as far as it can be known; null if it cannot. */
  private @Nullable Ahead following(StepRows rows, int[] from, NextStep next) {
    if (rows.wanted() < rows.rows()) {
      return null;
    }
    List<SequenceStep> steps = new ArrayList<>(rows.rows());
    int[] chosen = new int[rows.rows()];
    for (int row = 0; row < rows.rows(); row++) {
      SequenceStep step = rows.steps().get(row);
      if (next.isLast(rows.place(row))) {
        continue;
      }
      if (step.position() + 2 > step.kv().cells()) {
        return null;
      }
      chosen[steps.size()] = from[row];
      steps.add(
          new SequenceStep(
              step.tokens(),
              step.from(),
              1,
              step.position() + 1,
              step.kv(),
              step.adapter(),
              step.sampler(),
              step.promptTokens()));
    }
    return steps.isEmpty()
        ? null
        : new Ahead(rows.with(steps), java.util.Arrays.copyOf(chosen, steps.size()), 1 - slot);
  }

  /** Waits until the step that runs is about to end, as far as the last one's time tells. */
  private void waitForTheEnd() {
    long due = startNanos + nanos(decodeMillis) - LEAD_NANOS;
    while (nanoClock.getAsLong() < due && !device.isDone(slot)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
