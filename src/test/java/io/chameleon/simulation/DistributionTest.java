package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DistributionTest {

  private static final Distribution HUNDRED =
      Distribution.of(LongStream.rangeClosed(1, 100).map(i -> (101 - i) * 1_000_000));

  @Test
  void quantile_ofHundredTimes_isTheNearestRank() {
    assertThat(HUNDRED.quantileMs(0.5)).isEqualTo(50);
    assertThat(HUNDRED.quantileMs(0.505)).isEqualTo(51);
    assertThat(HUNDRED.quantileMs(0.99)).isEqualTo(99);
    assertThat(HUNDRED.quantileMs(1)).isEqualTo(100);
    assertThat(HUNDRED.quantileMs(0.001)).isEqualTo(1);
  }

  @Test
  void summary_ofHundredTimes_isExact() {
    assertThat(HUNDRED.meanMs()).isEqualTo(50.5);
    assertThat(HUNDRED.maxMs()).isEqualTo(100);
    assertThat(HUNDRED.shareOver(90)).isEqualTo(0.1);
    assertThat(HUNDRED.count()).isEqualTo(100);
  }

  @Test
  void summary_ofNoTimes_isZero() {
    Distribution none = Distribution.of(new long[0]);

    assertThat(none.quantileMs(0.99)).isZero();
    assertThat(none.meanMs()).isZero();
    assertThat(none.maxMs()).isZero();
    assertThat(none.shareOver(1)).isZero();
  }

  @Test
  void quantile_outsideOfItsRange_isRefused() {
    assertThatThrownBy(() -> HUNDRED.quantileMs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a quantile of 0.0; it must be over 0 and at most 1");
  }
}
