package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.metrics.MetricNames;
import io.chameleon.request.Refusal;
import io.micrometer.core.instrument.Counter;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * More requests at once than can have a first token in time, while size classes change: each has
 * its golden text or 429, the counters are exact, and the classes are there to be seen.
 */
@TestPropertySource(
    properties = {
      "chameleon.scheduling.policy=chameleon",
      "chameleon.scheduling.chameleon.refresh=500ms",
      "chameleon.scheduling.chameleon.minimum-samples=3",
      "chameleon.scheduling.max-sequences=6",
      "chameleon.serving.max-wait=0s"
    })
@DirtiesContext
class LateRequestsIT extends RunningService {

  private static final int REQUESTS = 48;

  /** More than run. */
  private static final int AT_ONCE = 24;

  private static final String DEADLINE = "x-slo-ttft-ms";

  @Test
  void requests_moreThanCanBeServedInTime_areServedRightOrRefused() throws Exception {
    List<GoldenChat> chats = GoldenChat.all(codec);
    int served = 0;
    int refused = 0;
    for (Future<HttpResponse<String>> answer : postAll(chats)) {
      HttpResponse<String> response = answer.get();
      if (response.statusCode() == 200) {
        JsonNode json = ServiceClient.JSON.readTree(response.body());
        assertThat(chats).anyMatch(chat -> chat.text().equals(text(json)));
        served++;
      } else {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(429);
        assertThat(response.headers().firstValueAsLong("retry-after-ms").orElse(0)).isPositive();
        assertThat(response.headers().firstValueAsLong("retry-after").orElse(0)).isPositive();
        refused++;
      }
    }

    System.out.printf(
        "%d served, %d refused: %.0f at the door, %.0f expired%n",
        served, refused, rejected(Refusal.DEADLINE), rejected(Refusal.EXPIRED));
    assertThat(served).isGreaterThanOrEqualTo(REQUESTS * 2 / 3);
    assertThat(refused).isPositive();
    assertThat(
            rejected(Refusal.DEADLINE)
                + rejected(Refusal.EXPIRED)
                + rejected(Refusal.MAX_WAIT)
                + rejected(Refusal.QUEUE_FULL))
        .isEqualTo(refused);
    awaitIdle();
    requireClassesAreSeen();
  }

  private void requireClassesAreSeen() {
    JsonNode scheduler = client.get("/actuator/scheduler");
    assertThat(scheduler.at("/policy").asString()).isEqualTo("chameleon");
    assertThat(scheduler.at("/counts/refreshes").asInt()).isPositive();
    JsonNode classes = scheduler.get("classes");
    assertThat(classes.size()).isGreaterThan(1);
    for (JsonNode each : classes) {
      assertThat(each.at("/waiting").asInt()).isZero();
      assertThat(each.at("/quota/quota").asLong()).isPositive();
      assertThat(each.at("/quota/running").asInt()).isZero();
    }
    assertThat(classes.get(0).at("/below").asDouble())
        .isEqualTo(classes.get(1).at("/from").asDouble());
    assertThat(client.getResponse("/actuator/prometheus").body())
        .contains("chameleon_class_requests_waiting{", "chameleon_class_wait_seconds{");
  }

  private List<Future<HttpResponse<String>>> postAll(List<GoldenChat> chats) throws Exception {
    List<Future<HttpResponse<String>>> answers = new ArrayList<>();
    try (ExecutorService callers =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      for (int i = 0; i < REQUESTS; i++) {
        ObjectNode body = chats.get(i % chats.size()).request();
        boolean isHurried = i % 3 == 2;
        String deadline = isHurried ? "20" : "3600000";
        answers.add(
            callers.submit(() -> client.post(ServiceClient.CHAT, body, DEADLINE, deadline)));
      }
    }
    return answers;
  }

  private double rejected(Refusal cause) {
    Counter counter =
        meters
            .find(MetricNames.REQUEST_REJECTED)
            .tag(MetricNames.REFUSAL_REASON, cause.wireName())
            .counter();
    return counter == null ? 0 : counter.count();
  }
}
