package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.metrics.MetricNames;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** How many adapters are said to fit, in an arena of a few megabytes, and how many really do. */
@DirtiesContext
@TestPropertySource(properties = "chameleon.memory.arena=12MB")
class MoreFitIT extends AdministrationService {

  private static final int ADAPTERS = 60;

  @TempDir static Path watched;

  @DynamicPropertySource
  static void folders(DynamicPropertyRegistry registry) {
    for (int i = 0; i < ADAPTERS; i++) {
      variant(i % 3 == 0 ? "banks" : "hotels", watched.resolve("a%02d".formatted(i)), i);
    }
    registry.add("chameleon.model", () -> FixtureFiles.resource("/demo-model/base").toString());
    registry.add("chameleon.adapters", watched::toString);
  }

  @Test
  void moreFit_ofTheSummary_isWhatReallyFits() {
    JsonNode summary = list("limit=0").get("summary");
    int said = summary.get("moreFit").asInt();
    long median = summary.get("medianDeviceBytes").asLong();
    assertThat(said).isBetween(3, ADAPTERS / 2);

    int fit = 0;
    for (JsonNode adapter : list("limit=1000").get("adapters")) {
      if (adapter.get("deviceBytes").asLong() == median && evictions() == 0) {
        HttpResponse<String> response = load(adapter.get("name").asString(), "{\"preload\": true}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        fit += evictions() == 0 ? 1 : 0;
      }
    }

    System.out.printf("said to fit: %d, fitted: %d%n", said, fit);
    assertThat(evictions()).as("one more made another leave").isEqualTo(1);
    assertThat(fit).isBetween(said - 1, said + 1);
    JsonNode after = list("limit=0").get("summary");
    assertThat(after.get("maxLora").asInt()).isBetween(said - 1, said + 1);
    JsonNode decision = client.get("/actuator/decisions").at("/decisions/0");
    assertThat(decision.get("reason").asString()).isEqualTo("adapter");
    assertThat(decision.at("/candidates/0/evicted").asBoolean()).isTrue();
    assertThat(decision.at("/candidates/0/names/0").asString()).startsWith("a");
  }

  private double evictions() {
    var counters = meters.find(MetricNames.ADAPTER_EVICTIONS).counters();
    return counters.stream().mapToDouble(counter -> counter.count()).sum();
  }
}
