package io.chameleon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.model.RopeConfig.Llama3Scaling;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RopeConfigTest {

  @Test
  void inverseFrequencies_default_arePowersOfTheta() {
    assertThat(new RopeConfig(10_000, null).inverseFrequencies(8))
        .containsExactly(1f, 0.1f, 0.01f, 0.001f);
  }

  /**
   * Worked by hand in double precision: wavelengths under 64/4 stay, those over 64/1 are divided by
   * 8, and the second, of wavelength 32.4, lies between: share (64/32.4 - 1)/(4 - 1) = 0.3251.
   */
  @Test
  void inverseFrequencies_llama3_scalesLowOnes() {
    double[] expected = {
      1.0,
      0.07940302234038582,
      0.004700753837823868,
      0.0009115831344388425,
      0.00017677668074611574,
      3.428102354519069e-05,
      6.647869668086059e-06,
      1.289173155782919e-06
    };
    float[] found = new RopeConfig(500_000, new Llama3Scaling(8, 1, 4, 64)).inverseFrequencies(16);
    assertThat(found).hasSize(8);
    for (int i = 0; i < expected.length; i++) {
      float value = (float) expected[i];
      assertThat(found[i]).isCloseTo(value, within(value));
    }
  }

  @Test
  void constructor_badNumbers_throw() {
    assertThatThrownBy(() -> new RopeConfig(0, null)).hasMessageContaining("theta is 0.0");
    assertThatThrownBy(() -> new Llama3Scaling(8, 4, 4, 64))
        .hasMessageContaining("highFrequencyFactor is 4.0");
    assertThatThrownBy(() -> new Llama3Scaling(0, 1, 4, 64)).hasMessageContaining("factor 0.0");
  }

  /** Two units in the last place of a float. */
  private static Offset<Float> within(float value) {
    return Offset.offset(2 * Math.ulp(value));
  }
}
