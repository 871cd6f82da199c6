package io.chameleon.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
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
        .isEqualTo(
            new ServingProperties(
                256,
                1000,
                Duration.ZERO,
                Duration.ofMinutes(5),
                List.of(),
                true,
                Duration.ofSeconds(20)));
  }

  @Test
  void properties_outOfRange_nameValueAndLimit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> properties(0, 1000, Duration.ZERO, Duration.ZERO))
        .withMessage("chameleon.serving.queue-capacity is 0; it must be 1 to 1000000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> properties(1, 2_000_000, Duration.ZERO, Duration.ZERO))
        .withMessageContaining("max-unread-tokens is 2000000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> properties(1, 1, Duration.ZERO, Duration.ofSeconds(-1)))
        .withMessageContaining("shutdown-grace is PT-1S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> properties(1, 1, Duration.ofMillis(-1), Duration.ZERO))
        .withMessage("chameleon.serving.ttft-deadline is PT-0.001S; it must not be negative");
  }

  @Test
  void maxWaits_outOfRange_nameTheProperty() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> waiting(Duration.ofSeconds(-1), List.of()))
        .withMessage("chameleon.serving.max-wait is PT-1S; it must not be negative");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> waiting(Duration.ZERO, List.of(Duration.ofSeconds(1), Duration.ZERO)))
        .withMessage("chameleon.serving.class-max-waits has PT0S; it must be over 0");
  }

  private static ServingProperties properties(
      int capacity, int unread, Duration deadline, Duration grace) {
    return new ServingProperties(capacity, unread, deadline, Duration.ZERO, List.of(), true, grace);
  }

  private static ServingProperties waiting(Duration most, List<Duration> ofClasses) {
    return new ServingProperties(1, 1, Duration.ZERO, most, ofClasses, true, Duration.ZERO);
  }
}
