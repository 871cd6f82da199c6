package io.chameleon.scheduling.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class WeightedRequestSizeTest {

  private static final SizeLimits LIMITS = new SizeLimits(1000, 500, 128, 4);

  private final WeightedRequestSize product =
      new WeightedRequestSize(SizeFormula.PRODUCT, 0.4, 0.6, LIMITS);

  @Test
  void product_ofInsideLimits_isPapersFormula() {
    // (0.4 * 250/1000 + 0.6 * 100/500) * 32/128 = (0.1 + 0.12) * 0.25
    assertThat(product.of(250, 100, 32)).isCloseTo(0.055, within(1e-15));
    // (0.4 + 0.6) * 1
    assertThat(product.of(1000, 500, 128)).isCloseTo(1, within(1e-15));
  }

  @Test
  void product_beyondLimits_goesOn() {
    // (0.4 * 2 + 0.6 * 3) * 2
    assertThat(product.of(2000, 1500, 256)).isCloseTo(5.2, within(1e-12));
  }

  @Test
  void product_withoutAdapter_takesTheFloor() {
    // 0.22 * 4/128
    assertThat(product.of(250, 100, 0)).isCloseTo(0.006875, within(1e-15));
    assertThat(product.of(250, 100, 2)).isEqualTo(product.of(250, 100, 0));
    assertThat(product.of(250, 100, 8)).isGreaterThan(product.of(250, 100, 4));
  }

  @Test
  void outputOnly_ofAnything_isPredictedOutputAlone() {
    var outputOnly = new WeightedRequestSize(SizeFormula.OUTPUT_ONLY, 0.4, 0.6, LIMITS);

    // 100/500
    assertThat(outputOnly.of(250, 100, 32)).isCloseTo(0.2, within(1e-15));
    assertThat(outputOnly.of(999, 100, 0)).isEqualTo(outputOnly.of(1, 100, 128));
  }

  @Test
  void weights_outOfRange_nameValueAndLimit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedRequestSize(SizeFormula.PRODUCT, -0.1, 0.6, LIMITS))
        .withMessageContaining("input-weight is -0.1; it must be 0 or more");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedRequestSize(SizeFormula.PRODUCT, 0.4, Double.NaN, LIMITS))
        .withMessageContaining("output-weight is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeightedRequestSize(SizeFormula.PRODUCT, 0, 0, LIMITS))
        .withMessageContaining("both 0");
  }

  @Test
  void limits_outOfRange_nameValueAndLimit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SizeLimits(0, 1, 1, 1))
        .withMessageContaining("max-input-tokens is 0; it must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SizeLimits(1, 1, 8, 9))
        .withMessageContaining("rank-floor is 9; it must be at most max-rank, 8");
  }
}
