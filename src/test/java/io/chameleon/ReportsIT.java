package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FixtureFiles;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/** What the service says of its adapters after it has served some. */
@DirtiesContext
class ReportsIT extends AdministrationService {

  @TempDir static Path watched;

  @DynamicPropertySource
  static void folders(DynamicPropertyRegistry registry) {
    for (String name : List.of("sql", "math", "banking-intent")) {
      FixtureFiles.copy(demo(name), watched.resolve(name));
    }
    registry.add("chameleon.model", () -> FixtureFiles.resource("/demo-model/base").toString());
    registry.add("chameleon.model-id", () -> "chameleon-demo");
    registry.add("chameleon.adapters", watched::toString);
  }

  @Test
  void serverTiming_ofTheFirstRequestAndTheNext_tellsWhereTheAdapterWas() {
    GoldenChat golden = GoldenChat.of("banking-intent", codec);

    assertThat(timing(golden)).containsPattern("adapter;desc=disk;dur=[0-9.]+");
    awaitIdle();
    assertThat(timing(golden)).containsPattern("adapter;desc=device;dur=[0-9.]+");
    assertThat(row("banking-intent").get("hits").asLong()).isEqualTo(1);
    assertThat(row("banking-intent").get("requests").asLong()).isEqualTo(2);
  }

  @Test
  void whatif_afterSomeRequests_replaysThemAndTellsWhatWasMeasured() {
    for (int i = 0; i < 3; i++) {
      chat(GoldenChat.of("sql", codec));
      chat(GoldenChat.of("math", codec));
    }

    JsonNode all = client.get("/actuator/whatif");
    assertThat(all.get("replays").size()).isEqualTo(7);
    int requests = all.get("requests").asInt();
    assertThat(requests).isGreaterThanOrEqualTo(6);
    assertThat(all.at("/measured/requests").asInt()).isEqualTo(requests);
    assertThat(all.at("/measured/policy").asString()).isEqualTo("tail");
    assertThat(all.at("/measured/hitRate").asDouble()).isBetween(0.5, 1.0);
    for (JsonNode replay : all.get("replays")) {
      assertThat(replay.get("requests").asInt()).isEqualTo(requests);
      assertThat(replay.get("hitRate").asDouble())
          .as("nothing leaves an arena of this size")
          .isEqualTo(all.at("/measured/hitRate").asDouble());
    }
    JsonNode none = client.get("/actuator/whatif?policy=lru&cacheBytes=0");
    assertThat(none.get("replays").size()).isEqualTo(1);
    assertThat(none.at("/replays/0/hitRate").asDouble()).isZero();
    JsonNode half = client.get("/actuator/whatif?policy=gdsf&cacheShare=0.5");
    assertThat(half.get("cacheBytes").asLong()).isEqualTo(half.get("poolBytes").asLong() / 2);
    assertThat(client.getResponse("/actuator/whatif?policy=best").statusCode()).isEqualTo(400);
    assertThat(client.getResponse("/actuator/whatif?cacheShare=2").statusCode()).isEqualTo(400);
  }

  @Test
  void scrape_afterARequest_hasEveryMeterOfTheTiers() {
    chat(GoldenChat.of("sql", codec));
    awaitIdle();
    double before = restingBytes();
    assertThat(json(unload("sql", "")).get("drained").asBoolean()).isTrue();
    assertThat(load("sql", "{}").statusCode()).isEqualTo(200);
    assertThat(before).isPositive();
    chat(GoldenChat.of("sql", codec));
    awaitIdle();

    String scrape = client.getResponse("/actuator/prometheus").body();

    for (String tier : List.of("device", "host", "disk")) {
      assertThat(scrape)
          .containsPattern("chameleon_adapters\\{.*tier=\"" + tier + "\"} [1-9]")
          .containsPattern("chameleon_adapter_bytes\\{.*tier=\"" + tier + "\"} [1-9]")
          .containsPattern("chameleon_adapter_requests_total\\{.*tier=\"" + tier + "\"} [0-9]");
    }
    assertThat(scrape)
        .contains("chameleon_adapters_pinned{", "chameleon_adapter_requests_waiting{")
        .containsPattern("chameleon_adapter_load_time_seconds_count\\{.*tier=\"device\"} [1-9]")
        .containsPattern("chameleon_adapter_load_time_seconds_count\\{.*tier=\"host\"} [1-9]")
        .containsPattern(
            "chameleon_adapter_evictions_total\\{.*policy=\"tail\".*reason=\"removed\"} [1-9]");
    JsonNode decisions = client.get("/actuator/decisions?limit=1");
    assertThat(decisions.get("decisions").size()).isEqualTo(1);
    assertThat(decisions.at("/decisions/0/at").asString()).startsWith("20");
  }

  private String timing(GoldenChat golden) {
    HttpResponse<String> response = client.post(ServiceClient.CHAT, golden.request());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.headers().firstValue("Server-Timing").orElseThrow();
  }
}
