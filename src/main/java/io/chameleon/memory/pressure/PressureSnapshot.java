package io.chameleon.memory.pressure;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * All signals as they were at one sample.
 *
 * @param sampledAt when that was
 * @param signals each signal, in the order of {@link SignalKind}
 */
public record PressureSnapshot(Instant sampledAt, List<SignalState> signals) {

  public PressureSnapshot {
    signals = List.copyOf(signals);
  }

  /** The worst level of any signal. */
  public PressureLevel level() {
    return PressureLevel.worst(signals.stream().map(SignalState::level).toList());
  }

  /** The worst level of the signals about one memory; normal if there is none. */
  public PressureLevel level(PressureScope scope) {
    return PressureLevel.worst(
        signals.stream()
            .filter(state -> state.kind().scope() == scope)
            .map(SignalState::level)
            .toList());
  }

  /** The signal of this kind, if it is watched. */
  public Optional<SignalState> signal(SignalKind kind) {
    return signals.stream().filter(state -> state.kind() == kind).findFirst();
  }

  /** What a signal reads; nothing if it is absent or not watched. */
  public OptionalDouble share(SignalKind kind) {
    return signal(kind).map(state -> state.reading().share()).orElse(OptionalDouble.empty());
  }

  /** The signals that are not normal, for people: {@code heap is 0.91 (CRITICAL)} and so on. */
  String causes() {
    String causes =
        signals.stream()
            .filter(state -> state.level() != PressureLevel.NORMAL)
            .map(PressureSnapshot::describe)
            .collect(Collectors.joining(", "));
    return causes.isEmpty() ? "no signal is tight" : causes;
  }

  private static String describe(SignalState state) {
    String value =
        switch (state.reading()) {
          case SignalReading.Share(double share) -> "%.2f".formatted(share);
          case SignalReading.Absent(String reason) -> "absent, " + reason;
        };
    return "%s is %s (%s)".formatted(state.kind().wireName(), value, state.level());
  }
}
