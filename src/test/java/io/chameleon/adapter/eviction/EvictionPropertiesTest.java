package io.chameleon.adapter.eviction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class EvictionPropertiesTest {

  @Test
  void parameters_withoutConfiguration_areTheDefaults() {
    assertThat(bind(Map.of()).parameters()).isEqualTo(EvictionParameters.DEFAULT);
    assertThat(bind(Map.of()).kind()).isEqualTo(EvictionKind.TAIL);
    assertThat(bind(Map.of()).decisions()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource
  void policy_byItsName_isFound(EvictionKind kind) {
    assertThat(bind(Map.of("policy", kind.propertyName())).kind()).isEqualTo(kind);
  }

  @Test
  void policy_unknown_isRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> EvictionKind.named("fifo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "chameleon.eviction.policy is 'fifo'; known policies are: "
                + "lru, lfu, gdsf, fair-share, chameleon, value-per-byte, tail");
  }

  @ParameterizedTest
  @CsvSource({
    "policy, fifo, known policies are",
    "frequency-weight, -0.1, chameleon.eviction.frequency-weight is -0.1; it must be 0 or more",
    "recency-weight, NaN, chameleon.eviction.recency-weight is NaN",
    "size-weight, Infinity, chameleon.eviction.size-weight is Infinity",
    "frequency-window, 0s, chameleon.eviction.frequency-window is PT0S; it must be over 0",
    "demand-half-life, -1s, chameleon.eviction.demand-half-life is PT-1S",
    "tail-target, 0ms, chameleon.eviction.tail-target is PT0S",
    "decisions, 0, chameleon.eviction.decisions is 0; it must be 1 to 10000",
  })
  void value_outOfRange_isRefusedWithTheLimit(String name, String value, String message) {
    assertThatThrownBy(() -> bind(Map.of(name, value)))
        .hasRootCauseInstanceOf(IllegalArgumentException.class)
        .rootCause()
        .hasMessageContaining(message);
  }

  private static EvictionProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("", EvictionProperties.class);
  }
}
