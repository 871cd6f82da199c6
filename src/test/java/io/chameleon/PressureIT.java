package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.memory.pressure.PressureMonitor;
import io.chameleon.memory.pressure.PressureScope;
import io.chameleon.memory.pressure.SignalKind;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** The pressure of the running service, as people and Prometheus see it. */
class PressureIT extends RunningService {

  @Autowired PressureMonitor monitor;

  @Test
  void endpoint_ofTheRunningService_showsEverySignalAndTheArena() {
    awaitArenaIsRead();

    JsonNode pressure = client.get("/actuator/pressure");
    Map<String, JsonNode> signals = new TreeMap<>();
    pressure.get("signals").forEach(signal -> signals.put(signal.get("name").asString(), signal));

    assertThat(signals).hasSize(SignalKind.values().length);
    assertThat(signals.get("arena-kv").get("value").asDouble()).isBetween(0.0, 1.0);
    assertThat(signals.get("heap").get("value").asDouble()).isBetween(0.0, 1.0);
    assertThat(signals.get("host-memory").get("value").asDouble()).isBetween(0.0, 1.0);
    assertThat(signals.get("device-others").get("value").isNull()).isTrue();
    assertThat(signals.get("device-others").get("absent").asString()).contains("cpu");
    assertThat(pressure.at("/levels/" + PressureScope.DEVICE).asString()).isEqualTo("NORMAL");
    assertThat(pressure.at("/arena/cells").asInt()).isEqualTo(engine.status().arena().cells());
  }

  @Test
  void scrape_ofTheRunningService_hasAGaugeForEachSignal() {
    awaitArenaIsRead();

    String scrape = client.getResponse("/actuator/prometheus").body();

    for (SignalKind kind : SignalKind.values()) {
      assertThat(scrape).contains("signal=\"" + kind.wireName() + "\"}");
    }
    assertThat(scrape)
        .containsPattern("chameleon_pressure\\{.*signal=\"device-others\"} NaN")
        .containsPattern("chameleon_pressure_level\\{.*} [0-2]\\.0")
        .contains("chameleon_host_tier_max_bytes{");
  }

  private void awaitArenaIsRead() {
    await().atMost(SOON).until(() -> monitor.snapshot().share(SignalKind.ARENA_KV).isPresent());
  }
}
