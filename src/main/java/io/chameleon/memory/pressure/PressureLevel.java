package io.chameleon.memory.pressure;

import java.util.Collection;
import java.util.Comparator;

/**
 * How tight memory is. It rises at once, and as far as the value says; it falls a step at a time,
 * and {@link LevelTracker} makes it wait before each.
 */
public enum PressureLevel {
  /** There is room. */
  NORMAL(0),
  /** Room is getting short: caches shrink towards what others leave. */
  ELEVATED(1),
  /** There is no room: caches shrink fast. */
  CRITICAL(2);

  private final int number;

  PressureLevel(int number) {
    this.number = number;
  }

  /** The level as a number for graphs: 0, 1, 2. */
  public int number() {
    return number;
  }

  /** The worst of some levels; normal if there is none. */
  public static PressureLevel worst(Collection<PressureLevel> levels) {
    return levels.stream().max(Comparator.naturalOrder()).orElse(NORMAL);
  }

  /** The level after a value: this one, or the highest whose threshold to rise it has reached. */
  PressureLevel risenTo(double value, PressureThresholds thresholds) {
    PressureLevel reached = reachedBy(value, thresholds);
    return reached.compareTo(this) > 0 ? reached : this;
  }

  /** Whether a value lies below this level's threshold to fall; exactly at it, it does not. */
  boolean isLeftBy(double value, PressureThresholds thresholds) {
    return switch (this) {
      case NORMAL -> false;
      case ELEVATED -> value < thresholds.elevatedFall();
      case CRITICAL -> value < thresholds.criticalFall();
    };
  }

  /** The level one step down. */
  PressureLevel fallen() {
    return switch (this) {
      case CRITICAL -> ELEVATED;
      case ELEVATED -> NORMAL;
      case NORMAL -> throw new IllegalStateException("a level that is NORMAL cannot fall");
    };
  }

  private static PressureLevel reachedBy(double value, PressureThresholds thresholds) {
    if (value >= thresholds.criticalRise()) {
      return CRITICAL;
    }
    return value >= thresholds.elevatedRise() ? ELEVATED : NORMAL;
  }
}
