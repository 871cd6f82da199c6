package io.chameleon.memory.pressure;

import java.time.Duration;
import java.time.Instant;

/**
 * The level of one signal over time. It rises with the sample that reaches a threshold. It falls a
 * step once every sample for a hold time has been below the threshold to fall, and each further
 * step takes a hold time of its own. Absent readings neither raise it nor count as low: they break
 * a run of low ones. A signal that stays absent for the hold time falls too, for what cannot be
 * read must not hold a cache down for ever.
 */
final class LevelTracker {

  /** What a sample says about leaving the level. */
  private enum Run {
    /** Nothing: it is high enough for the level. */
    NONE,
    /** It is below the threshold to fall. */
    LOW,
    /** It is absent. */
    ABSENT
  }

  private final PressureThresholds thresholds;

  private final long holdNanos;

  private PressureLevel level = PressureLevel.NORMAL;

  private Instant since;

  private Run run = Run.NONE;

  private long runStartNanos;

  LevelTracker(PressureThresholds thresholds, Duration hold, Instant since) {
    this.thresholds = thresholds;
    this.holdNanos = hold.toNanos();
    this.since = since;
  }

  PressureLevel level() {
    return level;
  }

  PressureThresholds thresholds() {
    return thresholds;
  }

  /** When the level was entered. */
  Instant since() {
    return since;
  }

  /**
   * Takes a sample.
   *
   * @param nanos when, monotonic
   * @param at when, by the calendar
   */
  void sample(SignalReading reading, long nanos, Instant at) {
    Run next = runAfter(reading);
    if (next != run) {
      run = next;
      runStartNanos = nanos;
    }
    switch (reading) {
      case SignalReading.Share(double value) -> enter(level.risenTo(value, thresholds), at);
      case SignalReading.Absent _ -> {}
    }
    if (run != Run.NONE && nanos - runStartNanos >= holdNanos) {
      enter(level.fallen(), at);
      run = runAfter(reading);
      runStartNanos = nanos;
    }
  }

  private Run runAfter(SignalReading reading) {
    if (level == PressureLevel.NORMAL) {
      return Run.NONE;
    }
    return switch (reading) {
      case SignalReading.Share(double value) ->
          level.isLeftBy(value, thresholds) ? Run.LOW : Run.NONE;
      case SignalReading.Absent _ -> Run.ABSENT;
    };
  }

  private void enter(PressureLevel next, Instant at) {
    if (next != level) {
      level = next;
      since = at;
    }
  }
}
