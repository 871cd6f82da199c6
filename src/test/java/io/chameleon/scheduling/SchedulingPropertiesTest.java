package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SchedulingPropertiesTest {

  @Test
  void properties_withNothingSet_haveDefaults() {
    SchedulingProperties properties =
        new Binder(new MapConfigurationPropertySource(Map.of()))
            .bindOrCreate("chameleon.scheduling", SchedulingProperties.class);

    assertThat(properties).isEqualTo(new SchedulingProperties("fifo", 256, 16, 256, 256, false));
    assertThat(properties.policyKind()).isEqualTo(PolicyKind.FIFO);
    assertThat(properties.limits()).isEqualTo(new SchedulingLimits(256, 16, 256, 256));
  }

  @Test
  void policy_thatIsUnknown_isRefusedWithThoseThatAreKnown() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SchedulingProperties("lifo", 256, 16, 256, 256, false))
        .withMessage(
            "chameleon.scheduling.policy is 'lifo'; known policies are: s-lora, fifo, sjf,"
                + " chameleon, adaptive");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 1, max-batch-tokens is 0",
    "1, 0, 1, 1, max-sequences is 0",
    "1, 1, 0, 1, prefill-chunk is 0",
    "1, 1, 1, -2, output-reservation is -2",
    "8, 9, 1, 1, 'max-sequences is 9; it must be at most max-batch-tokens, 8'"
  })
  void limits_outOfRange_nameValueAndLimit(
      int tokens, int sequences, int chunk, int reservation, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SchedulingProperties("fifo", tokens, sequences, chunk, reservation, false))
        .withMessageContaining(message);
  }
}
