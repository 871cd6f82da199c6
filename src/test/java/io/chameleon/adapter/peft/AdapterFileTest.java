package io.chameleon.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import io.chameleon.model.ElementType;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterFileTest {

  private static final Comparator<LoraModule> ORDER =
      Comparator.comparingInt(LoraModule::layer).thenComparing(LoraModule::module);

  private static final String Q1 = "base_model.model.model.layers.1.self_attn.q_proj.lora_";

  @TempDir Path temporary;

  static Stream<Arguments> goodAdapters() {
    return FixtureFiles.ARCHITECTURES.stream()
        .flatMap(a -> FixtureFiles.ADAPTERS.stream().map(name -> Arguments.of(a, name)));
  }

  @ParameterizedTest
  @MethodSource("goodAdapters")
  void open_fixture_hasTheRightRanksAndScalings(String architecture, String adapter) {
    ModelConfig model = LlamaAdapters.model(architecture);
    try (AdapterFile file =
        AdapterFile.open(FixtureFiles.fixture(architecture + "/" + adapter), model)) {
      file.checkValues();
      assertThat(file.modules()).isEqualTo(file.modules().stream().sorted(ORDER).toList());
      assertThat(summary(file)).isEqualTo(expected(adapter));
      assertThat(file.rank())
          .isEqualTo(file.modules().stream().mapToInt(LoraModule::rank).max().orElseThrow());
      for (LoraModule module : file.modules()) {
        assertThat(module.a().hasShape(module.rank(), model.inputSize(module.module()))).isTrue();
        assertThat(module.b().hasShape(model.outputSize(module.module()), module.rank())).isTrue();
      }
    }
  }

  /** Layer, module, rank and scaling of each update, from what the fixtures were made with. */
  private static List<String> expected(String adapter) {
    List<String> lines = new ArrayList<>();
    for (int layer = 0; layer < 3; layer++) {
      for (LinearModule module : LinearModule.values()) {
        String line = expected(adapter, layer, module);
        if (!line.isEmpty()) {
          lines.add("%d %s %s".formatted(layer, module, line));
        }
      }
    }
    return lines;
  }

  private static String expected(String adapter, int layer, LinearModule module) {
    boolean isQueryOrValue = module == LinearModule.Q || module == LinearModule.V;
    return switch (adapter) {
      case "all-linear-r3" -> "3 " + (float) (7.0 / 3);
      case "all-linear-word" -> "2 2.0";
      case "qv-r12-rslora" -> isQueryOrValue ? "12 " + (float) (5 / Math.sqrt(12)) : "";
      case "regex-targets" -> isQueryOrValue ? "4 2.0" : "";
      case "some-layers" ->
          layer != 1 && (module == LinearModule.UP || module == LinearModule.V) ? "4 2.0" : "";
      case "pattern" ->
          switch (module) {
            case Q -> layer == 1 ? "20 0.8" : "8 2.0";
            case O -> "2 8.0";
            case DOWN -> "8 0.375";
            case K, V, GATE, UP -> "";
          };
      default -> throw new IllegalArgumentException(adapter);
    };
  }

  private static List<String> summary(AdapterFile file) {
    return file.modules().stream()
        .map(m -> "%d %s %d %s".formatted(m.layer(), m.module(), m.rank(), m.scaling()))
        .toList();
  }

  @Test
  void open_allLinearAsAWord_isTheSame() {
    Path folder = LlamaAdapters.copy("all-linear-r3", temporary);
    FixtureFiles.setField(
        folder.resolve("adapter_config.json"), "target_modules", "\"all-linear\"");
    try (AdapterFile word = LlamaAdapters.open(folder)) {
      assertThat(summary(word)).isEqualTo(expected("all-linear-r3"));
    }
  }

  @Test
  void open_halfPrecision_isAccepted() {
    Path folder = LlamaAdapters.change("pattern", temporary, SafetensorsWriter::toHalf);
    try (AdapterFile file = LlamaAdapters.open(folder)) {
      file.checkValues();
      assertThat(file.modules()).allMatch(module -> module.a().type() == ElementType.F16);
      assertThat(summary(file)).isEqualTo(expected("pattern"));
    }
  }

  @Test
  void open_keysWithTheAdaptersName_areUnderstood() {
    Path folder =
        LlamaAdapters.change(
            "pattern",
            temporary,
            w -> w.rename(name -> name.replace(".weight", ".default.weight")));
    try (AdapterFile file = LlamaAdapters.open(folder)) {
      assertThat(summary(file)).isEqualTo(expected("pattern"));
    }
  }

  @Test
  void open_linkedFiles_areFollowed() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("links"));
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.createSymbolicLink(
          folder.resolve(name), FixtureFiles.fixture(LlamaAdapters.LLAMA + "/pattern/" + name));
    }
    LlamaAdapters.open(folder).close();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void checkValues_notFinite_namesTheTensor(float value) {
    float[] values = new float[20 * 64];
    values[700] = value;
    Path folder =
        LlamaAdapters.change(
            "pattern",
            temporary,
            w -> {
              w.putFloats("x", values);
              byte[] bytes = w.bytes("x");
              return w.remove("x").put(Q1 + "A.weight", "F32", List.of(20L, 64L), bytes);
            });
    try (AdapterFile file = LlamaAdapters.open(folder)) {
      assertThatThrownBy(file::checkValues)
          .isInstanceOf(InvalidAdapterException.class)
          .hasMessage(
              "tensor %sA.weight holds NaN or an infinity, first as element 700 of 1280"
                  .formatted(Q1));
    }
  }

  @Test
  void contentHash_changesWithEitherFile() {
    Path folder = LlamaAdapters.copy("pattern", temporary);
    String first = hash(folder);
    assertThat(first).hasSize(64).isEqualTo(hash(folder));
    FixtureFiles.setField(folder.resolve("adapter_config.json"), "revision", "\"x\"");
    String second = hash(folder);
    assertThat(second).isNotEqualTo(first);
    Path weights = folder.resolve("adapter_model.safetensors");
    SafetensorsWriter writer = SafetensorsWriter.read(weights);
    writer.bytes(Q1 + "A.weight")[0] ^= 1;
    writer.write(weights);
    assertThat(hash(folder)).isNotEqualTo(second);
  }

  private static String hash(Path folder) {
    try (AdapterFile file = LlamaAdapters.open(folder)) {
      return file.contentHash();
    }
  }
}
