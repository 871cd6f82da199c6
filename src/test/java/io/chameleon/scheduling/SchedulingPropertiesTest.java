package io.chameleon.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.chameleon.engine.StepSize;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SchedulingPropertiesTest {

  private static final StepSize SMALL = new StepSize(256, 16);

  private static final StepSize LARGE = new StepSize(2048, 256);

  @Test
  void properties_withNothingSet_haveDefaults() {
    SchedulingProperties properties =
        new Binder(new MapConfigurationPropertySource(Map.of()))
            .bindOrCreate("chameleon.scheduling", SchedulingProperties.class);

    assertThat(properties).isEqualTo(new SchedulingProperties("fifo", 0, 0, 0, 256, false));
    assertThat(properties.policyKind()).isEqualTo(PolicyKind.FIFO);
    assertThat(properties.leftToDevice())
        .containsExactly("max-batch-tokens", "max-sequences", "prefill-chunk");
    assertThat(properties.limits(SMALL)).isEqualTo(new SchedulingLimits(256, 16, 256, 256));
    assertThat(properties.limits(LARGE)).isEqualTo(new SchedulingLimits(2048, 256, 2048, 256));
  }

  @Test
  void limits_thatAreAllSet_areTheSameOnEveryDevice() {
    SchedulingProperties properties = new SchedulingProperties("fifo", 64, 8, 32, 16, true);

    assertThat(properties.leftToDevice()).isEmpty();
    assertThat(properties.limits(SMALL)).isEqualTo(new SchedulingLimits(64, 8, 32, 16, true));
    assertThat(properties.limits(LARGE)).isEqualTo(properties.limits(SMALL));
  }

  /** What is set counts, and what is not gives way to it. */
  @ParameterizedTest
  @CsvSource({
    "100,   0,  0,  100,  16,  256,  100, 100, 2048",
    "  8,   0,  0,    8,   8,  256,    8,   8, 2048",
    "  0,   4,  0,  256,   4,  256, 2048,   4, 2048",
    "  0, 500,  0,  500, 500,  256, 2048, 500, 2048",
    "  0,   0, 64,  256,  16,   64, 2048, 256,   64",
  })
  void limits_thatAreSetInPart_letTheRestSuitThemAndTheDevice(ArgumentsAccessor of) {
    SchedulingProperties properties =
        new SchedulingProperties("fifo", number(of, 0), number(of, 1), number(of, 2), 256, false);

    assertThat(properties.limits(SMALL))
        .isEqualTo(new SchedulingLimits(number(of, 3), number(of, 4), number(of, 5), 256));
    assertThat(properties.limits(LARGE))
        .isEqualTo(new SchedulingLimits(number(of, 6), number(of, 7), number(of, 8), 256));
  }

  private static int number(ArgumentsAccessor of, int index) {
    return Objects.requireNonNull(of.getInteger(index));
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
    "-1, 1, 1, 1, max-batch-tokens is -1; it must be 0 (by device) or more",
    "1, -3, 1, 1, max-sequences is -3; it must be 0 (by device) or more",
    "1, 1, -1, 1, prefill-chunk is -1; it must be 0 (by device) or more",
    "0, 0, 0, 0, output-reservation is 0; it must be at least 1",
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
