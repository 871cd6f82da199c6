package io.chameleon.adapter.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTierPropertiesTest {

  @Test
  void maximumBytes_isTheShareOfWhatIsAvailable() {
    assertThat(new HostTierProperties(0.25, 64).maximumBytes(8L << 30)).isEqualTo(2L << 30);
    assertThat(new HostTierProperties(0.9, 1).maximumBytes(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 0.91, Double.NaN})
  void fraction_outOfRange_isRefusedWithTheLimit(double fraction) {
    assertThatThrownBy(() -> new HostTierProperties(fraction, 64))
        .hasMessage("chameleon.host.fraction is %s; it must be over 0 and at most 0.9", fraction);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 4097})
  void loads_outOfRange_areRefusedWithTheLimit(int loads) {
    assertThatThrownBy(() -> new HostTierProperties(0.25, loads))
        .hasMessage("chameleon.host.loads is %d; it must be 1 to 4096", loads);
  }
}
