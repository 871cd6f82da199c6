package io.chameleon.actuator;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Turns times of the engine's monotonic clock into those of the calendar.
 *
 * @param nanoClock the engine's clock
 * @param calendar the calendar
 */
public record EngineClock(LongSupplier nanoClock, InstantSource calendar) {

  /** When that was. */
  public Instant at(long nanos) {
    return calendar.instant().minusNanos(nanoClock.getAsLong() - nanos);
  }
}
