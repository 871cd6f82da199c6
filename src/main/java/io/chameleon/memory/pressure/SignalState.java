package io.chameleon.memory.pressure;

import java.time.Instant;

/**
 * A signal as it was at the last sample.
 *
 * @param kind what it is
 * @param reading its value, or why there is none
 * @param level how tight it says that memory is
 * @param thresholds where that changes
 * @param since when the level was entered
 */
public record SignalState(
    SignalKind kind,
    SignalReading reading,
    PressureLevel level,
    PressureThresholds thresholds,
    Instant since) {}
