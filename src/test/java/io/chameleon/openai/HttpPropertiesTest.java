package io.chameleon.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class HttpPropertiesTest {

  @Test
  void objectives_asConfigured_standForPriorities() {
    assertThat(bind(Map.of()).priorities()).isEmpty();
    assertThat(bind(Map.of("objectives", "chat=-10,batch=100")).priorities())
        .isEqualTo(Map.of("chat", -10, "batch", 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"chat", "=1", "chat=", "chat=high", "chat=1.5", "chat=9999999999"})
  void objective_ofAnotherForm_isRefused(String objective) {
    assertThatThrownBy(() -> bind(Map.of("objectives", objective)))
        .rootCause()
        .hasMessage(
            "chameleon.http.objectives has '%s'; each must be name=priority, at most 9 digits",
            objective);
  }

  private static HttpProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("", HttpProperties.class);
  }
}
