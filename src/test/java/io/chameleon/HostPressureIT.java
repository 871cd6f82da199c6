package io.chameleon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chameleon.PressureConfiguration.HostPressure;
import io.chameleon.adapter.catalogue.AdapterVersion;
import io.chameleon.adapter.host.HostTier;
import io.chameleon.memory.pressure.PressureSignal;
import io.chameleon.memory.pressure.SignalKind;
import io.chameleon.memory.pressure.SignalReading;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** The host tier of the running service while host memory is said to be short. */
@DirtiesContext
@Import(HostPressureIT.FakeHost.class)
@TestPropertySource(
    properties = {
      "chameleon.pressure.interval=50ms",
      "chameleon.pressure.hold=100ms",
      "chameleon.catalogue.background-scan=false",
      "chameleon.host.fraction=0.002"
    })
class HostPressureIT extends RunningService {

  private static volatile double taken;

  @Autowired AdapterTiers tiers;

  /** A host of which {@link #taken} is taken. */
  @TestConfiguration(proxyBeanMethods = false)
  static class FakeHost {

    private static final long WHOLE = 1L << 34;

    @Bean
    @Primary
    HostPressure fakeHostPressure() {
      PressureSignal signal =
          new PressureSignal(SignalKind.HOST_MEMORY, () -> new SignalReading.Share(taken));
      return new HostPressure(List.of(signal), () -> (long) (WHOLE * (1 - taken)), () -> WHOLE);
    }
  }

  @Test
  void hostTier_underPressure_shrinksAndGrowsBack() throws InterruptedException {
    HostTier host = tiers.host();
    long configured = host.maxBytes();
    int warmed = 0;
    for (AdapterVersion version : tiers.registry().catalogue().versions()) {
      warmed += host.warm(version) ? 1 : 0;
    }
    long before = host.cachedBytes();
    assertThat(warmed).isGreaterThan(2);
    assertThat(before).isGreaterThan(configured / 4);

    taken = 0.99;
    await().atMost(SOON).until(() -> host.maxBytes() < before / 2);
    assertThat(host.cachedBytes()).isLessThanOrEqualTo(before / 2);
    assertThat(tiers.memory().allocatedBytes()).isLessThan(before);
    JsonNode pressure = client.get("/actuator/pressure");
    assertThat(pressure.at("/levels/HOST").asString()).isEqualTo("CRITICAL");
    assertThat(pressure.at("/hostTier/maximumBytes").asLong()).isLessThan(configured);

    taken = 0.1;
    await().atMost(SOON).until(() -> host.maxBytes() == configured);
    assertThat(client.get("/actuator/pressure").at("/levels/HOST").asString()).isEqualTo("NORMAL");
  }
}
