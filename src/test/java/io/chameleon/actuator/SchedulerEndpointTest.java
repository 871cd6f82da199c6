package io.chameleon.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.actuator.SchedulerEndpoint.ClassDescriptor;
import io.chameleon.actuator.SchedulerEndpoint.SchedulerDescriptor;
import io.chameleon.admission.AdapterSizes;
import io.chameleon.admission.AdmissionController;
import io.chameleon.admission.OutputLengthPredictor;
import io.chameleon.admission.RequestSize;
import io.chameleon.admission.RequestSizer;
import io.chameleon.admission.SizeClass;
import io.chameleon.admission.SizeClassifier;
import io.chameleon.admission.WaitingRules;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.scheduling.BatchShape;
import io.chameleon.scheduling.ClassQuota;
import io.chameleon.scheduling.SchedulerSnapshot;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.scheduling.SchedulingSnapshot;
import io.chameleon.scheduling.SchedulingSnapshot.ClassState;
import io.chameleon.serving.EngineState;
import io.chameleon.serving.EngineStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SchedulerEndpointTest {

  private static final SchedulerSnapshot SNAPSHOT =
      new SchedulerSnapshot(2, 3, 40, 50, 60, 70, 80, 90, 1, new BatchShape(2, 1, 20));

  private static final SchedulingLimits LIMITS = new SchedulingLimits(2048, 256, 1024, 128);

  private static final ArenaSnapshot ARENA = new ArenaSnapshot(100, 30, 60, 8, 2);

  private static final SizeClass SMALL = new SizeClass(0, "0 to 0.25", 0, 0.25);

  private static final SizeClass LARGE =
      new SizeClass(1, "from 0.25", 0.25, Double.POSITIVE_INFINITY);

  private static final ClassQuota QUOTA = new ClassQuota(1000, 300, 200, 50, 5, 7, 3);

  private final AdmissionController admission =
      new AdmissionController(
          256,
          4096,
          new RequestSizer(OutputLengthPredictor.declaredUpTo(16), AdapterSizes.none()),
          new WaitingRules(Duration.ZERO, Duration.ofSeconds(10), List.of(), true));

  private final SchedulerEndpoint endpoint =
      new SchedulerEndpoint(
          "chameleon",
          LIMITS,
          256,
          () -> new EngineStatus(EngineState.READY, 0, null, 4, SNAPSHOT, ARENA),
          () ->
              new SchedulingSnapshot(
                  List.of(new ClassState(SMALL, 2, 40, QUOTA), new ClassState(LARGE, 0, 0, null)),
                  Map.of("squashes", 2L, "bypasses", 9L)),
          admission);

  @BeforeEach
  void publishClasses() {
    admission.publish(
        new SizeClassifier() {
          @Override
          public List<SizeClass> classes() {
            return List.of(SMALL, LARGE);
          }

          @Override
          public SizeClass classify(RequestSize size) {
            return SMALL;
          }
        });
    admission.publish((size, sizeClass) -> sizeClass == 0 ? 1_500_000_000 : 0);
  }

  @Test
  void scheduler_countsSinksAndQueuesAsWaiting() {
    SchedulerDescriptor scheduler = endpoint.scheduler();

    assertThat(scheduler)
        .isEqualTo(
            new SchedulerDescriptor(
                "chameleon",
                LIMITS,
                "READY",
                6,
                256,
                List.of(
                    new ClassDescriptor(0, "0 to 0.25", 0, 0.25, 2, 40, 1500.0, 5000.0, QUOTA),
                    new ClassDescriptor(1, "from 0.25", 0.25, null, 0, 0, 0.0, 10000.0, null)),
                Map.of("squashes", 2L, "bypasses", 9L),
                0,
                null,
                SNAPSHOT,
                ARENA));
  }

  @Test
  void scheduler_asJson_hasPlainNames() {
    var json = JsonMapper.builder().build().valueToTree(endpoint.scheduler());

    assertThat(json.at("/policy").asString()).isEqualTo("chameleon");
    assertThat(json.at("/limits/maxBatchTokens").asInt()).isEqualTo(2048);
    assertThat(json.at("/limits/maxSequences").asInt()).isEqualTo(256);
    assertThat(json.at("/lastPass/running").asInt()).isEqualTo(3);
    assertThat(json.at("/classes/0/quota/lent").asInt()).isEqualTo(200);
    assertThat(json.at("/classes/1/below").isNull()).isTrue();
    assertThat(json.at("/counts/bypasses").asInt()).isEqualTo(9);
    assertThat(json.at("/arena/free").asInt()).isEqualTo(30);
    assertThat(json.at("/lastPass/lastBatch/decodeRows").asInt()).isEqualTo(2);
  }
}
