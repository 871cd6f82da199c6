package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPropertiesTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.25, 0.95})
  void fraction_inRange_isKept(double fraction) {
    assertThat(new MemoryProperties(fraction).fraction()).isEqualTo(fraction);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 0.96, 1, Double.NaN, Double.POSITIVE_INFINITY})
  void fraction_outOfRange_isRefusedWithTheLimit(double fraction) {
    assertThatThrownBy(() -> new MemoryProperties(fraction))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "chameleon.memory.fraction is %s; it must be over 0 and at most 0.95", fraction);
  }

  @Test
  void cellRun_withoutCells_isRefused() {
    assertThatThrownBy(() -> new CellRun(3, 0)).hasMessage("cell run of 0 cells at 3");
    assertThatThrownBy(() -> new CellRun(-1, 2)).hasMessage("cell run of 2 cells at -1");
    assertThat(new CellRun(3, 4).end()).isEqualTo(7);
  }
}
