package io.chameleon.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class MemoryPropertiesTest {

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.25, 0.95})
  void fraction_inRange_isKept(double fraction) {
    assertThat(byFraction(fraction).fraction()).isEqualTo(fraction);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 0.96, 1, Double.NaN, Double.POSITIVE_INFINITY})
  void fraction_outOfRange_isRefusedWithTheLimit(double fraction) {
    assertThatThrownBy(() -> byFraction(fraction))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("chameleon.memory.fraction is %s; it must be 0 (by device) to 0.95", fraction);
  }

  @Test
  void arenaBytes_areTheSizeThatIsSet_orTheShareOfWhatIsAvailable() {
    assertThat(byFraction(0.25).arenaBytes(1000, 0.5)).isEqualTo(250);
    assertThat(byFraction(0).arenaBytes(1000, 0.5)).isEqualTo(500);
    assertThat(new MemoryProperties(0.25, DataSize.ofKilobytes(3)).arenaBytes(1000, 0.5))
        .isEqualTo(3072);
  }

  @Test
  void arena_thatIsNegative_isRefusedWithTheLimit() {
    assertThatThrownBy(() -> new MemoryProperties(0.25, DataSize.ofBytes(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("chameleon.memory.arena is -1B; it must be 0 (by fraction) or more");
  }

  @Test
  void cellRun_withoutCells_isRefused() {
    assertThatThrownBy(() -> new CellRun(3, 0)).hasMessage("cell run of 0 cells at 3");
    assertThatThrownBy(() -> new CellRun(-1, 2)).hasMessage("cell run of 2 cells at -1");
    assertThat(new CellRun(3, 4).end()).isEqualTo(7);
  }

  private static MemoryProperties byFraction(double fraction) {
    return new MemoryProperties(fraction, DataSize.ofBytes(0));
  }
}
