package io.chameleon.serving;

import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.scheduling.SchedulerSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * The engine thread as it was after its last pass.
 *
 * @param state where it is in its life
 * @param failedStepsInARow steps that have failed since one last succeeded
 * @param fault what is wrong with it, or null
 * @param inbox sequences that have not been taken from the sinks yet
 * @param scheduler the scheduler after the last pass
 * @param arena the arena after the last pass
 */
public record EngineStatus(
    EngineState state,
    int failedStepsInARow,
    @Nullable String fault,
    int inbox,
    SchedulerSnapshot scheduler,
    ArenaSnapshot arena) {

  /** Sequences that wait, in sinks and queues. */
  public int waiting() {
    return inbox + scheduler.waiting();
  }

  /** Share of the arena that the KV of running sequences holds, 0 to 1. */
  public double kvUsage() {
    return (double) arena.kv() / Math.max(1, arena.cells());
  }
}
