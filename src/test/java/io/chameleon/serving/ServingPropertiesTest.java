package io.chameleon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ServingPropertiesTest {

  @Test
  void properties_withNothingSet_haveDefaults() {
    ServingProperties properties =
        new Binder(new MapConfigurationPropertySource(Map.of()))
            .bindOrCreate("chameleon.serving", ServingProperties.class);

    assertThat(properties)
        .isEqualTo(new ServingProperties(256, 1000, Duration.ZERO, Duration.ofSeconds(20)));
  }

  @Test
  void properties_outOfRange_nameValueAndLimit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServingProperties(0, 1000, Duration.ZERO, Duration.ZERO))
        .withMessage("chameleon.serving.queue-capacity is 0; it must be 1 to 1000000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServingProperties(1, 2_000_000, Duration.ZERO, Duration.ZERO))
        .withMessageContaining("max-unread-tokens is 2000000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServingProperties(1, 1, Duration.ZERO, Duration.ofSeconds(-1)))
        .withMessageContaining("shutdown-grace is PT-1S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ServingProperties(1, 1, Duration.ofMillis(-1), Duration.ZERO))
        .withMessage("chameleon.serving.ttft-deadline is PT-0.001S; it must not be negative");
  }
}
