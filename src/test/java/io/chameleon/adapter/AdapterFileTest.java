package io.chameleon.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ElementType;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterFileTest {

  private static final String LLAMA = "llama-mha-untied";
  private static final String Q1 = "base_model.model.model.layers.1.self_attn.q_proj.lora_";

  @TempDir Path temporary;

  static Stream<Arguments> goodAdapters() {
    return FixtureFiles.ARCHITECTURES.stream()
        .flatMap(a -> FixtureFiles.ADAPTERS.stream().map(name -> Arguments.of(a, name)));
  }

  @ParameterizedTest
  @MethodSource("goodAdapters")
  void open_fixture_hasTheRightRanksAndScalings(String architecture, String adapter) {
    ModelConfig model = model(architecture);
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

  private static final Comparator<LoraModule> ORDER =
      Comparator.comparingInt(LoraModule::layer).thenComparing(LoraModule::module);

  /**
   * Layer, module, rank and scaling, as the README of the fixtures and their configurations say.
   */
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "dora|use_dora is true; supported is false: DoRA is not served",
        "bias-lora-only|bias is \"lora_only\"; supported is \"none\": base biases are not replaced",
        "saved-lm-head|modules_to_save is [\"lm_head\"]; supported is null: whole modules",
        "embedding-targets|target_modules matches model.embed_tokens; updates of the embedding",
      })
  void open_unsupportedForm_isRefusedWithItsReason(String adapter, String message) {
    assertRefused(FixtureFiles.fixture(LLAMA + "/" + adapter), message);
  }

  /** The same forms with a configuration that hides them: the tensors give them away. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dora|lora_magnitude_vector of shape [64] matches no linear module|DoRA is not served",
        "saved-lm-head|base_model.model.lm_head.weight of shape [320, 64]|of the head are not",
        "embedding-targets|base_model.model.model.embed_tokens|updates of the embedding are not",
      })
  void open_unsupportedTensors_areRefusedWithTheirReason(
      String adapter, String tensor, String reason) {
    Path folder = copy(adapter);
    Path config = folder.resolve("adapter_config.json");
    FixtureFiles.setField(config, "use_dora", "false");
    FixtureFiles.setField(config, "modules_to_save", "null");
    FixtureFiles.setField(config, "target_modules", "[\"q_proj\"]");
    assertRefused(folder, tensor, reason);
  }

  @Test
  void open_allLinearAsAWord_isTheSame() {
    Path folder = copy("all-linear-r3");
    FixtureFiles.setField(
        folder.resolve("adapter_config.json"), "target_modules", "\"all-linear\"");
    try (AdapterFile word = AdapterFile.open(folder, model(LLAMA))) {
      assertThat(summary(word)).isEqualTo(expected("all-linear-r3"));
    }
  }

  @Test
  void open_halfPrecision_isAccepted() {
    Path folder = change("pattern", SafetensorsWriter::toHalf);
    try (AdapterFile file = AdapterFile.open(folder, model(LLAMA))) {
      file.checkValues();
      assertThat(file.modules()).allMatch(module -> module.a().type() == ElementType.F16);
      assertThat(summary(file)).isEqualTo(expected("pattern"));
    }
  }

  @Test
  void open_keysWithTheAdaptersName_areUnderstood() {
    Path folder =
        change("pattern", w -> w.rename(name -> name.replace(".weight", ".default.weight")));
    try (AdapterFile file = AdapterFile.open(folder, model(LLAMA))) {
      assertThat(summary(file)).isEqualTo(expected("pattern"));
    }
  }

  @Test
  void open_twoAdaptersInOneFile_isRefused() {
    Path folder =
        change(
            "pattern", w -> w.rename(name -> name.replace("lora_B.weight", "lora_B.other.weight")));
    assertRefused(folder, "supported is one adapter in a file");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight",
        "base_model.model.model.layers.01.self_attn.q_proj.lora_A.weight",
        "base_model.model.model.layers.0.self_attn.qkv_proj.lora_A.weight",
        "base_model.model.layers.0.self_attn.q_proj.lora_A.weight",
        "model.layers.0.self_attn.q_proj.lora_A.weight",
        "base_model.model.model.layers.0.self_attn.q_proj.lora_C.weight",
        "base_model.model.model.layers.0.self_attn.q_proj.lora_A",
        "base_model.model.model.layers.0.self_attn.q_proj.lora_A.a.b.weight",
      })
  void open_keyThatMatchesNoModule_isNamed(String key) {
    Path folder = change("pattern", w -> w.putZeros(key, 8, 64));
    assertRefused(
        folder, "tensor " + key + " of shape [8, 64] matches no linear module", "3 layers");
  }

  @Test
  void open_biasTensor_isRefusedWithItsReason() {
    Path folder = change("pattern", w -> w.putZeros(Q1 + "B.bias", 64));
    assertRefused(folder, "lora_B.bias of shape [64]", ": biases are not replaced");
  }

  @Test
  void open_missingHalf_isNamed() {
    assertRefused(
        change("pattern", w -> w.remove(Q1 + "B.weight")),
        "adapter_model.safetensors lacks lora_B of model.layers.1.self_attn.q_proj");
  }

  @Test
  void open_missingModule_isNamed() {
    assertRefused(
        change("pattern", w -> w.remove(Q1 + "A.weight").remove(Q1 + "B.weight")),
        "lacks lora_A of model.layers.1.self_attn.q_proj, which the configuration targets");
  }

  @Test
  void open_moduleTheConfigurationLeavesOut_isNamed() {
    Path folder = copy("pattern");
    FixtureFiles.setField(
        folder.resolve("adapter_config.json"), "target_modules", "[\"q_proj\",\"down_proj\"]");
    assertRefused(folder, "holds an update of model.layers.0.self_attn.o_proj, which");
    FixtureFiles.setField(
        folder.resolve("adapter_config.json"),
        "target_modules",
        "[\"q_proj\",\"down_proj\",\"o_proj\"]");
    FixtureFiles.setField(folder.resolve("adapter_config.json"), "layers_to_transform", "[0, 1]");
    assertRefused(folder, "holds an update of model.layers.2.self_attn.q_proj, which");
  }

  @Test
  void open_rankOtherThanInTheConfiguration_isRefused() {
    Path folder = copy("pattern");
    FixtureFiles.setField(folder.resolve("adapter_config.json"), "rank_pattern", "{\"o_proj\":2}");
    assertRefused(
        folder,
        "tensor "
            + Q1
            + "A.weight has the shape [20, 64]; configuration and model ask for [8, 64]");
  }

  @Test
  void open_wrongShape_namesBoth() {
    assertRefused(
        change("pattern", w -> w.putZeros(Q1 + "B.weight", 20, 64)),
        "tensor "
            + Q1
            + "B.weight has the shape [20, 64]; configuration and model ask for [64, 20]");
    assertRefused(
        change("regex-targets", w -> w.putZeros(Q1 + "A.weight", 256)), "has the shape [256]");
  }

  @Test
  void open_adapterOfAnotherModel_isRefused() {
    assertRefused(FixtureFiles.fixture("qwen3-qknorm/pattern"), "has the shape");
  }

  @Test
  void open_noTarget_isRefused() {
    Path folder = copy("pattern");
    FixtureFiles.setField(folder.resolve("adapter_config.json"), "target_modules", "[\"c_attn\"]");
    assertRefused(folder, "match no linear module of the model's 3 layers");
  }

  @ParameterizedTest
  @CsvSource({
    "lm_head, lm_head",
    "embed_tokens, model.embed_tokens",
    "norm, model.norm",
    "self_attn, model.layers.0.self_attn",
    "layers, model.layers",
  })
  void open_targetThatIsNoLinearModule_isNamed(String target, String module) {
    Path folder = copy("pattern");
    FixtureFiles.setField(
        folder.resolve("adapter_config.json"), "target_modules", "[\"q_proj\",\"" + target + "\"]");
    assertRefused(folder, "target_modules matches " + module);
  }

  @Test
  void open_noTensors_isRefused() {
    Path folder = copy("pattern");
    SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), "{}", new byte[0]);
    assertRefused(folder, "lacks lora_A of model.layers.0.self_attn.q_proj");
  }

  @Test
  void open_integerWeights_areRefused() {
    assertRefused(
        change("pattern", w -> w.put(Q1 + "A.weight", "I8", List.of(20L, 64L), new byte[1280])),
        "has dtype I8; supported are [BF16, F16, F32]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter_model.bin", "adapter_model.pt"})
  void open_pickle_isRefused(String name) throws IOException {
    Path folder = copy("pattern");
    Files.move(folder.resolve("adapter_model.safetensors"), folder.resolve(name));
    assertRefused(folder, name + " is a pickle file, which is never read");
  }

  @Test
  void open_missingFiles_areNamed() throws IOException {
    Path folder = copy("pattern");
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertRefused(folder, "adapter_model.safetensors: no such file");
    Files.delete(folder.resolve("adapter_config.json"));
    assertRefused(folder, "adapter_config.json: no such file");
  }

  @Test
  void open_truncatedFile_isRefused() throws IOException {
    Path folder = copy("pattern");
    Path weights = folder.resolve("adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(folder, "adapter_model.safetensors: tensor", "the data is");
    Files.write(weights, Arrays.copyOf(bytes, 100));
    assertRefused(folder, "adapter_model.safetensors: header length");
  }

  @Test
  void open_hugeConfig_isRefused() {
    Path folder = copy("pattern");
    FixtureFiles.write(folder.resolve("adapter_config.json"), " ".repeat((1 << 20) + 1));
    assertRefused(folder, "adapter_config.json: over 1048576 bytes");
  }

  @Test
  void open_linkedFiles_areFollowed() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("links"));
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.createSymbolicLink(
          folder.resolve(name), FixtureFiles.fixture(LLAMA + "/pattern/" + name));
    }
    AdapterFile.open(folder, model(LLAMA)).close();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void checkValues_notFinite_namesTheTensor(float value) {
    float[] values = new float[20 * 64];
    values[700] = value;
    Path folder =
        change(
            "pattern",
            w -> {
              w.putFloats("x", values);
              byte[] bytes = w.bytes("x");
              return w.remove("x").put(Q1 + "A.weight", "F32", List.of(20L, 64L), bytes);
            });
    try (AdapterFile file = AdapterFile.open(folder, model(LLAMA))) {
      assertThatThrownBy(file::checkValues)
          .isInstanceOf(InvalidAdapterException.class)
          .hasMessage(
              "tensor %sA.weight holds NaN or an infinity, first as element 700 of 1280"
                  .formatted(Q1));
    }
  }

  @Test
  void contentHash_changesWithEitherFile() {
    Path folder = copy("pattern");
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
    try (AdapterFile file = AdapterFile.open(folder, model(LLAMA))) {
      return file.contentHash();
    }
  }

  private interface Change {
    SafetensorsWriter to(SafetensorsWriter writer);
  }

  private Path change(String adapter, Change change) {
    Path folder = copy(adapter);
    Path weights = folder.resolve("adapter_model.safetensors");
    change.to(SafetensorsWriter.read(weights)).write(weights);
    return folder;
  }

  private Path copy(String adapter) {
    return FixtureFiles.copy(
        FixtureFiles.fixture(LLAMA + "/" + adapter), temporary.resolve(adapter));
  }

  private static ModelConfig model(String architecture) {
    try (Checkpoint checkpoint = Checkpoint.open(FixtureFiles.fixture(architecture + "/base"))) {
      return checkpoint.config();
    }
  }

  private static void assertRefused(Path folder, String... messages) {
    assertThatThrownBy(() -> AdapterFile.open(folder, model(LLAMA)).close())
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageContainingAll(messages);
  }
}
