package io.chameleon.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.catalogue.AdapterShape;
import io.chameleon.adapter.pool.RunningSize;
import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ModelConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileFileTest {

  private static final SimulationProfile A40 = ProfileFile.load(ProfileFile.A40);

  private static String yaml(String name) throws IOException {
    Path file = FixtureFiles.resource("/profiles/" + name + ".yaml");
    return Files.readString(file);
  }

  private static SimulationProfile read(String yaml) {
    InputStream bytes = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    return ProfileFile.read("test", bytes);
  }

  @Test
  void a40_cell_isHalfAMebibyte() {
    assertThat(A40.model().cellElements()).isEqualTo(262_144);
    assertThat(A40.model().cellBytes()).isEqualTo(512 << 10);
  }

  /** The rows of a window are padded by a cache line each, which makes a cell for all together. */
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 32, 64, 128})
  void a40_adapter_takesFourCellsARankAtRestAndOneMoreWhileItRuns(int rank) {
    assertThat(A40.model().adapterBytes(rank)).isEqualTo(4L * rank * A40.model().cellBytes());
    RunningSize running = RunningSize.inWindows(A40.model().config(), A40.model().cellElements());
    AdapterShape shape = new AdapterShape(rank, 0, Map.of(ModuleGroup.ATTENTION, rank));
    assertThat(running.cells(shape)).isEqualTo(4 * rank + 1);
  }

  @Test
  void adapters_ofTheGpuThatWasMeasured_runInPlace_thoseOfTheOthersInWindows() {
    assertThat(ProfileFile.load("h200-llama-7b").model().inPlace()).isTrue();
    assertThat(A40.model().inPlace()).isFalse();
    assertThat(ProfileFile.load(ProfileFile.CPU_DEMO).model().inPlace()).isFalse();
  }

  @Test
  void costs_ofTheGpuThatWasMeasured_haveARidgeAndTimeAroundPrompts_thoseOfTheOthersNot() {
    StepCost gpu = ProfileFile.load("h200-llama-7b").stepCost();
    assertThat(gpu.prefill().ridge().tokens()).isEqualTo(188);
    assertThat(gpu.prefill().ridge().perTokenBeyond()).isPositive();
    assertThat(gpu.around().prefillMs()).isPositive();
    assertThat(A40.stepCost().prefill().ridge()).isEqualTo(StepCost.Ridge.NONE);
    assertThat(A40.stepCost().around().prefillMs()).isZero();
  }

  @Test
  void cpuDemo_model_isThatOfTheDemo() {
    ModelConfig simulated = ProfileFile.load(ProfileFile.CPU_DEMO).model().config();
    try (Checkpoint demo = Checkpoint.open(FixtureFiles.resource("/demo-model/base"))) {
      assertThat(simulated)
          .usingRecursiveComparison()
          .ignoringFields("rmsNormEpsilon", "rope", "tiedEmbeddings")
          .isEqualTo(demo.config());
    }
  }

  @Test
  void load_unknownName_isRefused() {
    assertThatThrownBy(() -> ProfileFile.load("a41"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no profile a41; known profiles are: a40-llama-7b, cpu-demo, h200-llama-7b");
  }

  @ParameterizedTest
  @CsvSource({
    "'  latency-ms:', '  latencies-ms:', test.link.latency-ms is missing",
    "'cells: 60006', 'cells: many', test.cells is many; it must be a whole number",
    "'cells: 60006', 'cells: 0', profile test: 0 cells and copies of Infinity bytes/s; they must be"
        + " at least 1 and over 0",
    "'separate-passes: true', 'separate-passes: 3', test.limits.separate-passes is 3; it must be"
        + " true or false",
    "'  latency-ms:', '  jitter: 2\n  latency-ms:', test.link: unknown keys [jitter]"
  })
  void read_whatIsNotUnderstood_isRefused(String found, String written, String message)
      throws IOException {
    String yaml = yaml(ProfileFile.A40);
    assertThat(yaml).contains(found);

    assertThatThrownBy(() -> read(yaml.replace(found, written)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
