package io.chameleon.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.serving.EngineState;
import io.chameleon.serving.EngineStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class EngineHealthIndicatorTest {

  @Test
  void health_followsTheState() {
    assertThat(health(EngineState.READY, 0, null).getStatus()).isEqualTo(Status.UP);
    assertThat(health(EngineState.STARTING, 0, null).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(health(EngineState.STOPPING, 0, null).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(health(EngineState.STOPPED, 0, null).getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(health(EngineState.FAILED, 0, "no model").getStatus()).isEqualTo(Status.DOWN);
  }

  @Test
  void health_withFailingSteps_isDownFromTheThirdOn() {
    assertThat(health(EngineState.READY, 2, null).getStatus()).isEqualTo(Status.UP);
    assertThat(health(EngineState.READY, 3, null).getStatus()).isEqualTo(Status.DOWN);
  }

  @Test
  void health_withAccountsThatDoNotBalance_isDownAndSaysWhy() {
    Health health = health(EngineState.READY, 0, "lent cells: 10 by count, 30 by sequences");

    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.getDetails())
        .containsEntry("fault", "lent cells: 10 by count, 30 by sequences")
        .containsEntry("waiting", 2)
        .containsEntry("state", "READY");
  }

  private static Health health(EngineState state, int failedSteps, @Nullable String fault) {
    return new EngineHealthIndicator(() ->
        new EngineStatus(
            state, failedSteps, fault, 2, SchedulerSnapshot.EMPTY, ArenaSnapshot.EMPTY))
        .health();
  }
}
