package io.chameleon;

import io.chameleon.memory.pressure.PressureSignal;
import io.chameleon.memory.pressure.SignalKind;
import io.chameleon.memory.pressure.SignalReading;
import io.chameleon.serving.EngineStatus;
import java.util.List;
import java.util.function.Supplier;

/**
 * The signals about the arena, from what the engine thread publishes after each pass. A token takes
 * a cell.
 */
final class ArenaSignals {

  private static final String NO_ENGINE = "the engine has no arena yet";

  private ArenaSignals() {}

  static List<PressureSignal> of(Supplier<EngineStatus> engine) {
    return List.of(
        new PressureSignal(SignalKind.ARENA_KV, () -> kv(engine.get())),
        new PressureSignal(SignalKind.ARENA_PREDICTED, () -> predicted(engine.get())));
  }

  private static SignalReading kv(EngineStatus now) {
    return SignalReading.of(now.arena().kv(), now.arena().cells(), NO_ENGINE);
  }

  private static SignalReading predicted(EngineStatus now) {
    long tokens = now.scheduler().tokensInFlight() + now.scheduler().waitingTokens();
    return SignalReading.of(tokens, now.arena().cells(), NO_ENGINE);
  }
}
