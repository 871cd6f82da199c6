package io.chameleon.simulation.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.eviction.EvictionKind;
import io.chameleon.adapter.pool.LoadHabits;
import io.chameleon.scheduling.PolicyKind;
import io.chameleon.scheduling.SloraProperties;
import io.chameleon.scheduling.chameleon.QueueKind;
import io.chameleon.scheduling.chameleon.SizeFormula;
import io.chameleon.simulation.SimulationSetup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.ByteArrayResource;

class PaperSettingsTest {

  private static final PaperSettings SETTINGS = PaperSettings.load();

  private static Experiment experiment(String system) {
    return SETTINGS.experiment(system, Map.of());
  }

  static List<String> systems() {
    return SETTINGS.systems();
  }

  @ParameterizedTest
  @MethodSource("systems")
  void system_any_canBeSetUp(String system) {
    SimulationSetup setup = SETTINGS.experiment(system, Map.of("workload.requests", "10")).setup(6);

    assertThat(setup.workload().size()).isEqualTo(10);
    assertThat(setup.profile().name()).isEqualTo("a40-llama-7b");
    assertThat(setup.adapters().size()).isEqualTo(100);
  }

  @Test
  void variations_all_canBeSetUp() {
    assertThat(SETTINGS.variations()).hasSizeGreaterThan(10);
    for (PaperSettings.Variation variation : SETTINGS.variations()) {
      SETTINGS.experiment("chameleon", variation.set()).machine().load();
      assertThat(SETTINGS.experiment("chameleon", variation.set()))
          .as(variation.name())
          .satisfiesAnyOf(
              changed -> assertThat(changed).isNotEqualTo(experiment("chameleon")),
              changed ->
                  assertThat(SETTINGS.experiment("s-lora", variation.set()))
                      .isNotEqualTo(experiment("s-lora")));
    }
  }

  @Test
  void slora_isAsPublished() {
    SimulationSetup setup = experiment("s-lora").setup(6);

    assertThat(setup.settings().policy()).isEqualTo(PolicyKind.S_LORA);
    assertThat(setup.settings().habits()).isEqualTo(new LoadHabits(true, true, true, true));
    SloraProperties slora = setup.settings().policies().slora();
    assertThat(slora.admissionPeriod()).isEqualTo(SloraProperties.PUBLISHED.admissionPeriod());
    assertThat(slora.prefetchSteps()).isEqualTo(SloraProperties.PUBLISHED.prefetchSteps());
    assertThat(slora.worstCaseFit()).isTrue();
    assertThat(setup.settings().prefetch().queue()).isFalse();
  }

  @Test
  void ablations_differ_inTheOnePartThatIsTaken() {
    Experiment chameleon = experiment("chameleon");

    assertThat(experiment("scheduler-only").loads())
        .isEqualTo(new LoadHabits(true, true, true, false));
    assertThat(experiment("scheduler-only").scheduling()).isEqualTo(chameleon.scheduling());
    assertThat(experiment("cache-only").loads()).isEqualTo(chameleon.loads());
    assertThat(experiment("cache-only").scheduling()).isEqualTo(experiment("s-lora").scheduling());
    assertThat(chameleon.eviction().kind()).isEqualTo(EvictionKind.CHAMELEON);
    assertThat(experiment("ch-lru").eviction().kind()).isEqualTo(EvictionKind.LRU);
    assertThat(experiment("ch-fairshare").eviction().kind()).isEqualTo(EvictionKind.FAIR_SHARE);
    assertThat(experiment("output-only").scheduling().chameleon().sizes())
        .isEqualTo(SizeFormula.OUTPUT_ONLY);
    assertThat(experiment("static").scheduling().chameleon().queues()).isEqualTo(QueueKind.STATIC);
    assertThat(experiment("fifo").loads()).isEqualTo(LoadHabits.NONE);
  }

  @Test
  void experiment_changes_lieOverTheSystem() {
    Experiment changed =
        SETTINGS.experiment(
            "s-lora", Map.of("loads.discard-after-use", "false", "machine.cells", "777"));

    assertThat(changed.loads().discardAfterUse()).isFalse();
    assertThat(changed.machine().load().cells()).isEqualTo(777);
  }

  @Test
  void experiment_unknownSystem_isRefused() {
    assertThatThrownBy(() -> experiment("vllm"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no system vllm; known systems are: cache-only");
  }

  @Test
  void experiment_unknownProperty_isRefused() {
    assertThatThrownBy(() -> SETTINGS.experiment("s-lora", Map.of("scheduling.s-lora.speed", "9")))
        .rootCause()
        .hasMessageContaining("speed");
  }

  @Test
  void file_unknownKeyOfAFigure_isRefused() {
    String yaml = "base: {machine: {cells: 1}}\nfigures: {loads: [5], colour: red}\n";

    assertThatThrownBy(
            () -> PaperSettings.read(new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(RuntimeException.class);
  }
}
