package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.admission.AdmissionController;
import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.metrics.MetricNames;
import io.chameleon.serving.EngineStatus;
import io.chameleon.serving.EngineThread;
import io.chameleon.text.TextCodec;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/**
 * The whole service as it is shipped, on a port of its own, with the demo model and its adapters.
 * After each test it must be idle and whole.
 */
@SpringBootTest(
    classes = ServingApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "chameleon.memory.fraction=0.03")
@Timeout(300)
abstract class RunningService {

  /** For what happens at once; far more, since steps take long on a machine that is shared. */
  static final Duration SOON = Duration.ofMinutes(2);

  @LocalServerPort int port;

  @Autowired EngineThread engine;

  @Autowired AdmissionController admission;

  @Autowired TextCodec codec;

  @Autowired MeterRegistry meters;

  ServiceClient client;

  @BeforeEach
  void openClient() {
    client = new ServiceClient(port);
  }

  @AfterEach
  void requireIdleAndWhole() {
    awaitIdle();
    EngineStatus status = engine.status();
    ArenaSnapshot arena = status.arena();
    assertThat(arena.free() + arena.kv() + arena.adapter() + arena.window())
        .as("free + KV + adapters + window")
        .isEqualTo(arena.cells());
    assertThat(status.failedStepsInARow()).isZero();
    assertThat(status.fault()).isNull();
    assertThat(client.get("/actuator/scheduler").get("arena"))
        .isEqualTo(ServiceClient.JSON.valueToTree(arena));
    JsonNode health = client.get("/actuator/health");
    assertThat(health.at("/status").asString()).as(health.toString()).isEqualTo("UP");
    client.close();
  }

  /** Waits until nothing waits, nothing runs, and no cell is lent. */
  void awaitIdle() {
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          EngineStatus status = engine.status();
          assertThat(status.waiting()).as("waiting in sinks and queues").isZero();
          assertThat(admission.waiting()).as("places held in the queue").isZero();
          assertThat(status.scheduler().running()).as("running").isZero();
          assertThat(status.scheduler().tokensInFlight()).as("tokens in flight").isZero();
          assertThat(status.arena().kv()).as("KV cells").isZero();
          assertThat(status.arena().window()).as("window cells").isZero();
        });
  }

  long steps() {
    return engine.status().scheduler().steps();
  }

  /** How many requests have been ended by their reader, for this reason, since the start. */
  double cancelled(String reason) {
    Counter counter =
        meters.find(MetricNames.REQUEST_CANCELLED).tag(MetricNames.CANCEL_REASON, reason).counter();
    return counter == null ? 0 : counter.count();
  }

  JsonNode chat(GoldenChat golden) {
    return client.answer(ServiceClient.CHAT, golden.request());
  }

  static String text(JsonNode chatAnswer) {
    return chatAnswer.at("/choices/0/message/content").asString();
  }
}
