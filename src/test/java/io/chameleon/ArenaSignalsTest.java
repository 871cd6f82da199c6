package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.memory.pressure.PressureSignal;
import io.chameleon.memory.pressure.SignalKind;
import io.chameleon.memory.pressure.SignalReading;
import io.chameleon.scheduling.BatchShape;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.serving.EngineState;
import io.chameleon.serving.EngineStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArenaSignalsTest {

  private static final SchedulerSnapshot SCHEDULER =
      new SchedulerSnapshot(2, 3, 80, 40, 60, 70, 5, 9, 1, BatchShape.EMPTY);

  @Test
  void signals_readCellsAndTheTokensOfAllThatWereAdmitted() {
    List<PressureSignal> signals =
        ArenaSignals.of(() -> status(SCHEDULER, new ArenaSnapshot(100, 30, 60, 8, 2)));

    assertThat(signals.stream().map(PressureSignal::kind))
        .containsExactly(SignalKind.ARENA_KV, SignalKind.ARENA_PREDICTED);
    assertThat(signals.stream().map(signal -> signal.source().get()))
        .containsExactly(new SignalReading.Share(0.6), new SignalReading.Share(1.2));
  }

  @Test
  void signals_beforeThereIsAnEngine_areAbsent() {
    List<PressureSignal> signals =
        ArenaSignals.of(() -> status(SchedulerSnapshot.EMPTY, ArenaSnapshot.EMPTY));

    assertThat(signals.stream().map(signal -> signal.source().get()))
        .containsOnly(new SignalReading.Absent("the engine has no arena yet"));
  }

  private static EngineStatus status(SchedulerSnapshot scheduler, ArenaSnapshot arena) {
    return new EngineStatus(EngineState.READY, 0, null, 0, scheduler, arena);
  }
}
