package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ChameleonPolicyPropertiesTest {

  private static final String PREFIX = "chameleon.scheduling.chameleon";

  @Test
  void properties_withNothingSet_areThePapers() {
    ChameleonPolicyProperties properties = bind(Map.of());

    assertThat(properties.requestSize())
        .isEqualTo(
            new WeightedRequestSize(
                SizeFormula.PRODUCT, 0.4, 0.6, new SizeLimits(4096, 1024, 128, 4)));
    assertThat(properties.quotaFormula())
        .isEqualTo(new QuotaFormula(Duration.ofSeconds(5), InitialWeights.DESCENDING));
    assertThat(properties.bypassRule()).isEqualTo(new BypassRule(true, true));
    assertThat(properties.refresh()).isEqualTo(Duration.ofMinutes(5));
    assertThat(properties.queues()).isEqualTo(QueueKind.DYNAMIC);
    assertThat(properties.staticCutOffs().values()).containsExactly(0.25, 0.5, 0.75);
  }

  @Test
  void rules_ofTheConfiguration_makeTheClasses() {
    // Means 2, 11 and 50; a fourth class cuts the sum of squares from 4 to 2.5, by 37.5 %.
    double[] sizes = {1, 2, 3, 10, 11, 12, 50};

    assertThat(bind(Map.of()).dynamicCutOffs(sizes).classes()).isEqualTo(4);
    CutOffs elbow = bind(Map.of(PREFIX + ".k-rule", "elbow")).dynamicCutOffs(sizes);
    assertThat(elbow.classes()).isEqualTo(3);
    assertThat(elbow.values().get(0)).isCloseTo(6.5, within(1e-12));
    assertThat(elbow.values().get(1)).isCloseTo(30.5, within(1e-12));
    assertThat(bind(Map.of(PREFIX + ".k-max", "2")).dynamicCutOffs(sizes).classes()).isEqualTo(2);
  }

  @Test
  void window_ofTheConfiguration_isItsOwn() {
    SizeWindow window =
        bind(Map.of(PREFIX + ".refresh", "2s", PREFIX + ".minimum-samples", "2")).sizeWindow();
    window.add(0.5, 0);
    window.add(0.5, 0);

    assertThat(window.isEnough(Duration.ofSeconds(2).toNanos())).isTrue();
    assertThat(window.isEnough(Duration.ofSeconds(3).toNanos())).isFalse();
  }

  @Test
  void variants_byTheirNames_areChosen() {
    ChameleonPolicyProperties properties =
        bind(
            Map.of(
                PREFIX + ".sizes", "output-only",
                PREFIX + ".queues", "static",
                PREFIX + ".initial-weights", "proportional"));

    assertThat(properties.sizes()).isEqualTo(SizeFormula.OUTPUT_ONLY);
    assertThat(properties.queues()).isEqualTo(QueueKind.STATIC);
    assertThat(properties.initialWeights()).isEqualTo(InitialWeights.PROPORTIONAL);
  }

  @ParameterizedTest
  @CsvSource({
    "minimum-samples, 0, 'minimum-samples is 0; it must be 1 to 16,384'",
    "k-max, 17, 'k-max is 17; it must be 1 to 16'",
    "static-classes, 0, 'static-classes is 0; it must be 1 to 16'",
    "elbow-cut, 1, 'elbow-cut is 1.0; it must be over 0 and below 1'",
    "static-largest, 0, 'static-largest is 0.0; it must be over 0'",
    "refresh, 0s, 'refresh is PT0S; it must be over 0'",
    "slo, 0s, 'slo is PT0S; it must be over 0'",
    "input-weight, -1, 'input-weight is -1.0; it must be 0 or more'",
    "rank-floor, 0, 'rank-floor is 0; it must be at least 1'"
  })
  void value_outOfRange_isNamedWithItsLimit(String key, String value, String message) {
    assertThatThrownBy(() -> bind(Map.of(PREFIX + "." + key, value)))
        .rootCause()
        .hasMessage("%s.%s", PREFIX, message);
  }

  private static ChameleonPolicyProperties bind(Map<String, String> values) {
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate(PREFIX, ChameleonPolicyProperties.class);
  }
}
