package io.chameleon.memory.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalReadingTest {

  @Test
  void of_partOfAWhole_isItsShare() {
    assertThat(SignalReading.of(30, 120, "none").share()).hasValue(0.25);
    assertThat(SignalReading.of(OptionalDouble.of(0.5), "none").share()).hasValue(0.5);
  }

  @Test
  void of_withoutAWhole_isAbsentNotZero() {
    SignalReading absent = new SignalReading.Absent("none");

    assertThat(SignalReading.of(30, 0, "none")).isEqualTo(absent);
    assertThat(SignalReading.of(0, -1, "none")).isEqualTo(absent);
    assertThat(SignalReading.of(OptionalDouble.empty(), "none")).isEqualTo(absent);
    assertThat(absent.share()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void share_thatIsNone_isRefused(double value) {
    assertThatThrownBy(() -> new SignalReading.Share(value))
        .hasMessage("a signal reads %s; it must be 0 or more, and finite", value);
  }

  @ParameterizedTest
  @CsvSource({"100, 30, 20, 50", "100, 0, 100, 0", "100, 60, 50, 0"})
  void others_areWhatIsNeitherFreeNorOwn(long total, long free, long own, long others) {
    assertThat(new DeviceMemory.Counted(total, free, own).othersBytes()).isEqualTo(others);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "100, 101, 0", "100, -1, 0", "100, 50, -1"})
  void counted_ofImpossibleBytes_isRefused(long total, long free, long own) {
    assertThatThrownBy(() -> new DeviceMemory.Counted(total, free, own))
        .hasMessage(
            "device memory of %d bytes in all, %d free, %d of this process", total, free, own);
  }
}
