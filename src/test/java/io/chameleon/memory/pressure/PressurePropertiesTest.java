package io.chameleon.memory.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PressurePropertiesTest {

  @Test
  void defaults_ofEachSignal_areValid() {
    PressureProperties properties = bound(Map.of());

    for (SignalKind kind : SignalKind.values()) {
      assertThat(properties.thresholds(kind).elevatedRise()).isPositive();
    }
    assertThat(properties.thresholds(SignalKind.HOST_MEMORY))
        .isEqualTo(new PressureThresholds(0.85, 0.8, 0.95, 0.9));
    assertThat(properties.interval()).hasMillis(500);
    assertThat(properties.hold()).hasSeconds(5);
  }

  @Test
  void defaults_ofAFullHostTier_areNormal() {
    PressureThresholds thresholds = bound(Map.of()).thresholds(SignalKind.HOST_TIER);

    assertThat(PressureLevel.NORMAL.risenTo(1, thresholds)).isEqualTo(PressureLevel.NORMAL);
  }

  @ParameterizedTest
  @CsvSource({
    "interval, 9ms, 'chameleon.pressure.interval is PT0.009S; it must be PT0.01S to PT1M'",
    "interval, 61s, 'chameleon.pressure.interval is PT1M1S; it must be PT0.01S to PT1M'",
    "hold, -1s, 'chameleon.pressure.hold is PT-1S; it must be 0 to 1 h'",
    "hold, 61m, 'chameleon.pressure.hold is PT1H1M; it must be 0 to 1 h'"
  })
  void times_outOfRange_areRefused(String name, String value, String message) {
    assertThatThrownBy(() -> bound(Map.of("chameleon.pressure." + name, value)))
        .isInstanceOf(BindException.class)
        .hasRootCauseMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "0.7 0.7 0.9 0.8, 'elevated-rise is 0.7; it must be over elevated-fall, which is 0.7'",
    "0.7 0.8 0.9 0.8, 'elevated-rise is 0.7; it must be over elevated-fall, which is 0.8'",
    "0.7 0.6 0.7 0.65, 'critical-rise is 0.7; it must be over elevated-rise, which is 0.7'",
    "0.7 0.6 0.9 0.9, 'critical-rise is 0.9; it must be over critical-fall, which is 0.9'",
    "0.7 0.6 0.9 0.5, 'critical-fall is 0.5; it must be at least elevated-fall, which is 0.6'",
    "0.7 0 0.9 0.8, 'elevated-fall is 0.0; it must be over 0, which is 0.0'",
    "0.7 0.6 NaN 0.8, 'critical-rise is NaN; it must be over elevated-rise, which is 0.7'",
    "0.7 0.6 0.9 NaN, 'critical-rise is 0.9; it must be over critical-fall, which is NaN'",
    "0.7 0.6 0.9, 'thresholds \"0.7 0.6 0.9\" are 3 numbers; they must be 4'"
  })
  void thresholds_outOfOrder_areRefused(String numbers, String message) {
    assertThatThrownBy(() -> PressureThresholds.valueOf(numbers))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static PressureProperties bound(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("chameleon.pressure", PressureProperties.class);
  }
}
