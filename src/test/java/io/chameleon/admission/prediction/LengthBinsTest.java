package io.chameleon.admission.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LengthBinsTest {

  @Test
  void bins_together_coverEveryLengthOnce() {
    assertThat(LengthBins.lowest(0)).isZero();
    for (int bin = 1; bin < LengthBins.COUNT; bin++) {
      assertThat(LengthBins.lowest(bin)).isEqualTo(LengthBins.highest(bin - 1) + 1);
    }
    assertThat(LengthBins.highest(LengthBins.COUNT - 1)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void length_ofEachBin_liesInIt() {
    for (int bin = 0; bin < LengthBins.COUNT; bin++) {
      assertThat(LengthBins.of(LengthBins.lowest(bin))).isEqualTo(bin);
      assertThat(LengthBins.of(LengthBins.highest(bin))).isEqualTo(bin);
    }
  }

  @Test
  void bin_thatIsNotTheLast_isNarrow() {
    for (int bin = 1; bin < LengthBins.COUNT - 1; bin++) {
      int width = LengthBins.highest(bin) - LengthBins.lowest(bin) + 1;
      assertThat(width).isLessThanOrEqualTo(Math.max(1, LengthBins.lowest(bin) / 8));
    }
  }
}
