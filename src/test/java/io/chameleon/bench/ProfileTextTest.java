package io.chameleon.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chameleon.fixtures.SmallAdapters;
import io.chameleon.scheduling.SchedulingLimits;
import io.chameleon.simulation.ProfileFile;
import io.chameleon.simulation.SimulationProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileTextTest {

  private static final StepFit STEPS =
      new StepFit(
          StepFit.PROFILE, List.of(3.5, 0.25, 0.00051234567, 1e-9, 0.35, 0.0, 0.005, 0.0025));

  @Test
  void profile_thatIsWritten_canBeRead(@TempDir Path folder) throws Exception {
    ProfileText.Costs costs =
        new ProfileText.Costs(
            STEPS,
            0.125,
            new LinkFit(0.25, 1_234_567_890, List.of()),
            new SchedulingLimits(128, 16, 64, 256));
    Path file = folder.resolve("mine.yaml");
    Files.writeString(
        file,
        ProfileText.of(
            List.of("A comment."), SmallAdapters.MODEL, AdapterGenerator.ATTENTION, 4321, costs));

    SimulationProfile read = ProfileFile.load(file.toString());

    assertThat(read.name()).isEqualTo("mine");
    assertThat(read.cells()).isEqualTo(4321);
    assertThat(read.limits()).isEqualTo(new SchedulingLimits(128, 16, 64, 256));
    assertThat(read.model().config().layers()).isEqualTo(SmallAdapters.MODEL.layers());
    assertThat(read.model().adapterModules())
        .containsExactlyInAnyOrderElementsOf(AdapterGenerator.ATTENTION);
    assertThat(read.link().bytesPerSecond()).isCloseTo(1.2346e9, within(1.0));
    assertThat(read.link().latencyNanos()).isEqualTo(250_000);
    assertThat(read.stepCost().around().ms()).isEqualTo(0.125);
    assertThat(read.stepCost().prefill().fixedMs()).isEqualTo(3.5);
    assertThat(read.stepCost().prefill().perTokenRank()).isEqualTo(0.00051235);
    assertThat(read.stepCost().prefill().perPair()).isEqualTo(1e-9);
    assertThat(read.stepCost().prefill().perTokenDecodeRank()).isEqualTo(0.0025);
    assertThat(read.stepCost().decode().fixedMs()).isEqualTo(3.5);
    assertThat(read.stepCost().decode().perContextToken()).isZero();
  }

  @Test
  void profile_ofAFileThatIsNotThere_isRefused() {
    assertThatThrownBy(() -> ProfileFile.load("/nowhere/mine.yaml"))
        .hasMessage("no profile /nowhere/mine.yaml; there is no such file");
  }
}
