package io.chameleon.admission.prediction;

import static io.chameleon.fixtures.Requests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PredictorPropertiesTest {

  @Test
  void predictor_withoutConfiguration_isTheDeclaredLimit() {
    assertThat(bind(Map.of()).history()).isEqualTo(HistorySettings.DEFAULT);
    assertThat(bind(Map.of()).create(64).predict(request(1, 900))).isEqualTo(64);
  }

  @Test
  void predictor_history_learns() {
    PredictorProperties properties = bind(Map.of("kind", "history", "window", "50"));

    assertThat(properties.history().window()).isEqualTo(50);
    assertThat(properties.create(64)).isInstanceOf(HistoryPredictor.class);
  }

  @Test
  void kind_unknown_isRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> bind(Map.of("kind", "oracle")))
        .rootCause()
        .hasMessage(
            "chameleon.predictor.kind is 'oracle'; known predictors are: declared, history");
  }

  @Test
  void value_outOfRange_isRefusedWithTheLimit() {
    assertThatThrownBy(() -> bind(Map.of("coverage", "1")))
        .rootCause()
        .hasMessage("chameleon.predictor.coverage is 1.0; it must be over 0 and below 1");
  }

  private static PredictorProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate("", PredictorProperties.class);
  }
}
