package io.chameleon.memory.pressure;

import java.util.function.Supplier;

/**
 * One value about memory that can be read at any time.
 *
 * @param kind what it is
 * @param source reads it, on the monitor's thread; may fail, which makes it absent
 */
public record PressureSignal(SignalKind kind, Supplier<SignalReading> source) {}
