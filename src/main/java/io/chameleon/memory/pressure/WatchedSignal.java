package io.chameleon.memory.pressure;

import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A signal, its last reading and its level. One thread at a time. */
final class WatchedSignal {

  private static final Logger log = LoggerFactory.getLogger(WatchedSignal.class);

  private final PressureSignal signal;

  private final LevelTracker tracker;

  private SignalReading reading = new SignalReading.Absent("it has not been read yet");

  private boolean hasFailed;

  WatchedSignal(PressureSignal signal, PressureProperties properties, Instant now) {
    this.signal = signal;
    this.tracker = new LevelTracker(properties.thresholds(signal.kind()), properties.hold(), now);
  }

  void sample(long nanos, Instant at) {
    reading = read();
    tracker.sample(reading, nanos, at);
  }

  SignalState state() {
    return new SignalState(
        signal.kind(), reading, tracker.level(), tracker.thresholds(), tracker.since());
  }

  /** Whatever goes wrong in one signal, a native library that is missing too, others are read. */
  private SignalReading read() {
    try {
      return signal.source().get();
    } catch (RuntimeException | LinkageError e) {
      if (!hasFailed) {
        hasFailed = true;
        log.warn("The signal {} cannot be read", signal.kind().wireName(), e);
      }
      return new SignalReading.Absent(e.toString());
    }
  }
}
