package io.chameleon.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.actuator.SchedulerEndpoint.SchedulerDescriptor;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.scheduling.BatchShape;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.serving.EngineState;
import io.chameleon.serving.EngineStatus;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SchedulerEndpointTest {

  private static final SchedulerSnapshot SNAPSHOT =
      new SchedulerSnapshot(2, 3, 40, 50, 60, 70, 80, 90, 1, new BatchShape(2, 1, 20));

  private static final ArenaSnapshot ARENA = new ArenaSnapshot(100, 30, 60, 8, 2);

  private final SchedulerEndpoint endpoint =
      new SchedulerEndpoint(
          "fifo", 256, () -> new EngineStatus(EngineState.READY, 0, null, 4, SNAPSHOT, ARENA));

  @Test
  void scheduler_countsSinksAndQueuesAsWaiting() {
    SchedulerDescriptor scheduler = endpoint.scheduler();

    assertThat(scheduler)
        .isEqualTo(new SchedulerDescriptor("fifo", "READY", 6, 256, 0, null, SNAPSHOT, ARENA));
  }

  @Test
  void scheduler_asJson_hasPlainNames() {
    var json = JsonMapper.builder().build().valueToTree(endpoint.scheduler());

    assertThat(json.at("/policy").asString()).isEqualTo("fifo");
    assertThat(json.at("/lastPass/running").asInt()).isEqualTo(3);
    assertThat(json.at("/arena/free").asInt()).isEqualTo(30);
    assertThat(json.at("/lastPass/lastBatch/decodeRows").asInt()).isEqualTo(2);
  }
}
