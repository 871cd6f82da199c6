package io.chameleon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class CheckpointTest {

  static final Iterable<String> ARCHITECTURES = FixtureFiles.ARCHITECTURES;

  private static final String EMBEDDING = "model.embed_tokens.weight";

  @TempDir Path temporary;

  @ParameterizedTest
  @FieldSource("ARCHITECTURES")
  void open_tinyArchitecture_hasEveryTensor(String architecture) {
    try (Checkpoint checkpoint = Checkpoint.open(FixtureFiles.fixture(architecture + "/base"))) {
      ModelConfig config = checkpoint.config();
      assertThat(checkpoint.eosTokens()).containsExactly(2);
      assertThat(checkpoint.tensor(EMBEDDING).hasShape(320, 64)).isTrue();
      for (LinearModule module : LinearModule.values()) {
        TensorView weight = checkpoint.tensor("model.layers.2." + module.path() + ".weight");
        assertThat(weight.hasShape(config.outputSize(module), config.inputSize(module))).isTrue();
      }
      assertThat(checkpoint.tensorNames().contains("lm_head.weight"))
          .isEqualTo(!config.tiedEmbeddings());
      assertThat(checkpoint.tensorNames().contains("model.layers.0.self_attn.q_proj.bias"))
          .isEqualTo(architecture.equals("qwen2-bias"));
      assertThat(checkpoint.tensorNames().contains("model.layers.0.self_attn.k_norm.weight"))
          .isEqualTo(architecture.equals("qwen3-qknorm"));
    }
  }

  @Test
  void open_shardedDemo_hasEveryTensor() {
    try (Checkpoint checkpoint = Checkpoint.open(demo())) {
      assertThat(checkpoint.tensorNames()).hasSize(8 * 9 + 2).startsWith(EMBEDDING);
      assertThat(checkpoint.eosTokens()).containsExactly(6);
      assertThat(checkpoint.tensor("model.norm.weight").type()).isEqualTo(ElementType.BF16);
      assertThatThrownBy(() -> checkpoint.tensor("lm_head.weight"))
          .hasMessageContaining("no tensor lm_head.weight");
    }
  }

  @Test
  void open_halfPrecision_isAccepted() {
    Path folder = copy("llama-mha-untied");
    Path weights = folder.resolve("model.safetensors");
    SafetensorsWriter writer = SafetensorsWriter.read(weights);
    writer.put("model.norm.weight", "F16", List.of(64L), new byte[128]);
    writer.put(EMBEDDING, "F32", List.of(320L, 64L), new byte[320 * 64 * 4]).write(weights);
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensor("model.norm.weight").type()).isEqualTo(ElementType.F16);
      assertThat(checkpoint.tensor(EMBEDDING).type()).isEqualTo(ElementType.F32);
    }
  }

  @Test
  void open_missingTensor_isNamed() {
    Path folder = change("llama-mha-untied", w -> w.remove("model.layers.1.mlp.up_proj.weight"));
    assertRefused(folder, "1 tensors are missing, the first is model.layers.1.mlp.up_proj.weight");
  }

  @Test
  void open_wrongShape_namesBoth() {
    Path folder =
        change("llama-mha-untied", w -> w.putZeros("model.layers.0.mlp.down_proj.weight", 176, 64));
    assertRefused(
        folder,
        "tensor model.layers.0.mlp.down_proj.weight has the shape [176, 64];"
            + " the configuration asks for [64, 176]");
  }

  @Test
  void open_stranger_isNamed() {
    Path folder = change("llama-mha-untied", w -> w.putZeros("model.layers.3.extra", 2, 3));
    assertRefused(
        folder,
        "1 tensors are not part of a llama model as config.json describes it:"
            + " model.layers.3.extra of shape [2, 3]");
  }

  @Test
  void open_biasTheConfigurationDoesNotKnow_isRefused() {
    Path folder =
        change("mistral-gqa", w -> w.putZeros("model.layers.0.self_attn.q_proj.bias", 96));
    assertRefused(folder, "model.layers.0.self_attn.q_proj.bias of shape [96]");
  }

  @Test
  void open_biasesTheConfigurationAsksFor_areRequired() {
    Path folder = copy("llama-mha-untied");
    FixtureFiles.setField(folder.resolve("config.json"), "attention_bias", "true");
    assertRefused(
        folder, "12 tensors are missing, the first is model.layers.0.self_attn.q_proj.bias");
  }

  @Test
  void open_oldRopeBuffers_areAccepted() {
    Path folder =
        change(
            "llama-mha-untied",
            w ->
                w.putZeros("model.layers.0.self_attn.rotary_emb.inv_freq", 8)
                    .putZeros("model.rotary_emb.inv_freq", 8));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensorNames()).doesNotContain("model.rotary_emb.inv_freq");
    }
  }

  @Test
  void open_tiedHead_isAcceptedOnlyAsACopy() {
    SafetensorsWriter original =
        SafetensorsWriter.read(FixtureFiles.fixture("qwen2-bias/base/model.safetensors"));
    byte[] embedding = original.bytes(EMBEDDING);
    Path same =
        change("qwen2-bias", w -> w.put("lm_head.weight", "BF16", List.of(320L, 64L), embedding));
    Checkpoint.open(same).close();
    byte[] other = embedding.clone();
    other[1000] ^= 1;
    original.put("lm_head.weight", "BF16", List.of(320L, 64L), other);
    original.write(same.resolve("model.safetensors"));
    assertRefused(same, "lm_head.weight of shape [320, 64]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "7|none|7",
        "[3, 4]|9|3 4",
        "null|9|9",
        "null|[8, 9]|8 9",
        "null|null|''",
        "null|none|2",
      })
  void open_eosTokens_comeFromGenerationConfigFirst(
      String generation, @Nullable String config, String expected) {
    Path folder = copy("llama-mha-untied");
    FixtureFiles.setField(folder.resolve("generation_config.json"), "eos_token_id", generation);
    if (config == null) {
      FixtureFiles.removeField(folder.resolve("config.json"), "eos_token_id");
    } else {
      FixtureFiles.setField(folder.resolve("config.json"), "eos_token_id", config);
    }
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      String tokens =
          checkpoint.eosTokens().stream()
              .sorted()
              .map(String::valueOf)
              .reduce((a, b) -> a + " " + b)
              .orElse("");
      assertThat(tokens).isEqualTo(expected);
    }
  }

  @Test
  void open_eosTokenOutsideTheVocabulary_isRefused() {
    Path folder = copy("llama-mha-untied");
    FixtureFiles.setField(folder.resolve("generation_config.json"), "eos_token_id", "320");
    assertRefused(
        folder, "generation_config.json: eos_token_id is 320; supported is tokens from 0 to 319");
  }

  @Test
  void open_picklesAlone_areRefused() throws IOException {
    Path folder = copy("llama-mha-untied");
    Files.move(folder.resolve("model.safetensors"), folder.resolve("pytorch_model.bin"));
    assertRefused(folder, "pytorch_model.bin is a pickle file, which is never read");
  }

  @Test
  void open_noWeights_saysWhatIsSupported() throws IOException {
    Path folder = copy("llama-mha-untied");
    Files.delete(folder.resolve("model.safetensors"));
    assertRefused(folder, "no weights found; supported is model.safetensors, or shards with");
  }

  @Test
  void open_missingShard_isNamed() throws IOException {
    Path folder = FixtureFiles.copy(demo(), temporary.resolve("demo"));
    Files.delete(folder.resolve("model-00002-of-00003.safetensors"));
    assertRefused(folder, "model-00002-of-00003.safetensors: no such file");
  }

  @Test
  void open_indexThatPointsElsewhere_isRefused() {
    Path folder = FixtureFiles.copy(demo(), temporary.resolve("demo"));
    Path index = folder.resolve("model.safetensors.index.json");
    FixtureFiles.setField(
        index, "weight_map", "{\"model.norm.weight\":\"model-00001-of-00003.safetensors\"}");
    assertRefused(
        folder,
        "tensor model.norm.weight is said to lie in model-00001-of-00003.safetensors but does not");
    FixtureFiles.setField(index, "weight_map", "{\"a\":\"../b.safetensors\"}");
    assertRefused(folder, "tensor a lies in \"../b.safetensors\"");
    FixtureFiles.setField(index, "weight_map", "[]");
    assertRefused(folder, "weight_map is []; supported is an object");
    FixtureFiles.setField(
        index, "weight_map", "{\"model.norm.weight\":\"model-00003-of-00003.safetensors\"}");
    assertRefused(folder, "lies in a shard but is not listed");
  }

  @Test
  void open_brokenConfig_isRefused() {
    Path folder = copy("llama-mha-untied");
    FixtureFiles.write(folder.resolve("config.json"), "{\"a\":1,\"a\":2}");
    assertRefused(folder, "config.json: not valid JSON: Duplicate Object property \"a\"");
    FixtureFiles.write(folder.resolve("config.json"), "[]");
    assertRefused(folder, "config.json: not a JSON object");
    FixtureFiles.write(folder.resolve("config.json"), "{} {}");
    assertRefused(folder, "config.json: not valid JSON");
    FixtureFiles.write(folder.resolve("config.json"), " ".repeat(1 << 20) + "{}");
    assertRefused(folder, "config.json: over 1048576 bytes");
    FixtureFiles.write(folder.resolve("config.json"), "{\"a\":" + "[".repeat(1000));
    assertRefused(folder, "config.json: not valid JSON: Document nesting depth");
  }

  @Test
  void open_missingFolder_isNamed() {
    assertRefused(temporary.resolve("nowhere"), "nowhere: no such model folder");
  }

  private Path copy(String architecture) {
    return FixtureFiles.copy(
        FixtureFiles.fixture(architecture + "/base"), temporary.resolve(architecture));
  }

  private interface Change {
    SafetensorsWriter to(SafetensorsWriter writer);
  }

  private Path change(String architecture, Change change) {
    Path folder = copy(architecture);
    Path weights = folder.resolve("model.safetensors");
    change.to(SafetensorsWriter.read(weights)).write(weights);
    return folder;
  }

  private static Path demo() {
    return FixtureFiles.resource("/demo-model/base");
  }

  private static void assertRefused(Path folder, String message) {
    assertThatThrownBy(() -> Checkpoint.open(folder).close())
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(message);
  }
}
