package io.chameleon.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.memory.ArenaSnapshot;
import io.chameleon.memory.pressure.HostTierGauge;
import io.chameleon.memory.pressure.PressureLevel;
import io.chameleon.memory.pressure.PressureSnapshot;
import io.chameleon.memory.pressure.PressureThresholds;
import io.chameleon.memory.pressure.SignalKind;
import io.chameleon.memory.pressure.SignalReading;
import io.chameleon.memory.pressure.SignalState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PressureEndpointTest {

  private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");

  private static final PressureSnapshot SNAPSHOT =
      new PressureSnapshot(
          SINCE.plusSeconds(9),
          List.of(
              state(SignalKind.HOST_MEMORY, new SignalReading.Share(0.9), PressureLevel.ELEVATED),
              state(
                  SignalKind.DEVICE_OTHERS,
                  new SignalReading.Absent("no device"),
                  PressureLevel.NORMAL)));

  private final JsonNode json = json(new HostTierGauge(() -> 10, () -> 20, () -> 30));

  @Test
  void pressure_hasTheWorstLevelAndThatOfEachMemory() {
    assertThat(json.at("/level").asString()).isEqualTo("ELEVATED");
    assertThat(json.at("/levels/HOST").asString()).isEqualTo("ELEVATED");
    assertThat(json.at("/levels/ARENA").asString()).isEqualTo("NORMAL");
    assertThat(json.at("/sampledAt").asString()).isEqualTo("2026-01-01T00:00:09Z");
  }

  @Test
  void signal_hasValueLevelThresholdsAndSince() {
    JsonNode signal = json.at("/signals/0");

    assertThat(signal.at("/name").asString()).isEqualTo("host-memory");
    assertThat(signal.at("/scope").asString()).isEqualTo("HOST");
    assertThat(signal.at("/value").asDouble()).isEqualTo(0.9);
    assertThat(signal.at("/absent").isNull()).isTrue();
    assertThat(signal.at("/level").asString()).isEqualTo("ELEVATED");
    assertThat(signal.at("/since").asString()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(signal.at("/thresholds/criticalFall").asDouble()).isEqualTo(0.9);
  }

  @Test
  void absentSignal_hasNoValueButTheReason() {
    assertThat(json.at("/signals/1/value").isNull()).isTrue();
    assertThat(json.at("/signals/1/absent").asString()).isEqualTo("no device");
  }

  @Test
  void caches_haveTheirSizes() {
    assertThat(json.at("/hostTier/weightBytes").asLong()).isEqualTo(10);
    assertThat(json.at("/hostTier/maximumBytes").asLong()).isEqualTo(20);
    assertThat(json.at("/hostTier/configuredMaximumBytes").asLong()).isEqualTo(30);
    assertThat(json.at("/arena/kv").asInt()).isEqualTo(60);
  }

  @Test
  void hostTier_thatIsNotThere_isNull() {
    assertThat(json(HostTierGauge.NONE).at("/hostTier").isNull()).isTrue();
  }

  private static JsonNode json(HostTierGauge tier) {
    PressureEndpoint endpoint =
        new PressureEndpoint(() -> SNAPSHOT, tier, () -> new ArenaSnapshot(100, 30, 60, 8, 2));
    return JsonMapper.builder().build().valueToTree(endpoint.pressure());
  }

  private static SignalState state(SignalKind kind, SignalReading reading, PressureLevel level) {
    return new SignalState(
        kind, reading, level, new PressureThresholds(0.85, 0.8, 0.95, 0.9), SINCE);
  }
}
