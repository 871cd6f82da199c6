package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.PolicySettings;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.simulation.ServiceSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceSpecTest {

  @Test
  void properties_areTheSame_liveAndSimulated() {
    ServiceSpec spec =
        new ServiceSpec(
                Map.of(
                    "chameleon.scheduling.max-sequences", "4",
                    "chameleon.scheduling.max-batch-tokens", "64",
                    "chameleon.scheduling.prefill-chunk", "32",
                    "chameleon.scheduling.output-reservation", "16",
                    "chameleon.serving.queue-capacity", "99",
                    "chameleon.serving.ttft-deadline", "3s"))
            .with("chameleon.scheduling.chameleon.refresh", "7s")
            .with("chameleon.scheduling.s-lora.admission-period", 8)
            .with(PolicyKind.CHAMELEON);

    ServiceSettings settings = spec.settings();

    assertThat(spec.options())
        .hasSize(9)
        .contains(
            "--chameleon.scheduling.policy=chameleon",
            "--chameleon.scheduling.chameleon.refresh=7s");
    assertThat(settings.policy()).isEqualTo(PolicyKind.CHAMELEON);
    assertThat(settings.limits()).isEqualTo(new SchedulingLimits(64, 4, 32, 16));
    assertThat(settings.queueCapacity()).isEqualTo(99);
    assertThat(settings.waiting().ttftDeadline()).isEqualTo(Duration.ofSeconds(3));
    assertThat(settings.policies().chameleon().refresh()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.policies().slora().admissionPeriod()).isEqualTo(8);
  }

  @Test
  void limits_thatAreNotSet_suitTheDevice() {
    ServiceSpec cpu = new ServiceSpec(Map.of());
    ServiceSpec gpu = cpu.with("chameleon.engine.device", "gpu");

    assertThat(cpu.limits()).isEqualTo(new SchedulingLimits(256, 16, 256, 256));
    assertThat(gpu.settings().limits()).isEqualTo(new SchedulingLimits(2048, 256, 2048, 256));
  }

  @ParameterizedTest
  @EnumSource(PolicyKind.class)
  void policies_withoutProperties_areAtTheirDefaults(PolicyKind policy) {
    ServiceSettings settings = new ServiceSpec(Map.of()).with(policy).settings();

    assertThat(settings.policy()).isEqualTo(policy);
    assertThat(settings.policies()).isEqualTo(PolicySettings.DEFAULT);
    assertThat(settings.habits()).isEqualTo(policy.loadHabits(PolicySettings.DEFAULT));
  }
}
