package io.chameleon.adapter.peft;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.FixtureFiles;
import io.chameleon.fixtures.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterFileRefusalTest {

  private static final String Q1 = "base_model.model.model.layers.1.self_attn.q_proj.lora_";

  @TempDir Path temporary;

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
    assertRefused(FixtureFiles.fixture(LlamaAdapters.LLAMA + "/" + adapter), message);
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
    Path folder = LlamaAdapters.copy(adapter, temporary);
    Path config = folder.resolve("adapter_config.json");
    FixtureFiles.setField(config, "use_dora", "false");
    FixtureFiles.setField(config, "modules_to_save", "null");
    FixtureFiles.setField(config, "target_modules", "[\"q_proj\"]");
    assertRefused(folder, tensor, reason);
  }

  @Test
  void open_twoAdaptersInOneFile_isRefused() {
    Path folder =
        LlamaAdapters.change(
            "pattern",
            temporary,
            w -> w.rename(name -> name.replace("lora_B.weight", "lora_B.other.weight")));
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
    Path folder = LlamaAdapters.change("pattern", temporary, w -> w.putZeros(key, 8, 64));
    assertRefused(
        folder, "tensor " + key + " of shape [8, 64] matches no linear module", "3 layers");
  }

  @Test
  void open_biasTensor_isRefusedWithItsReason() {
    Path folder = LlamaAdapters.change("pattern", temporary, w -> w.putZeros(Q1 + "B.bias", 64));
    assertRefused(folder, "lora_B.bias of shape [64]", ": biases are not replaced");
  }

  @Test
  void open_missingHalf_isNamed() {
    assertRefused(
        LlamaAdapters.change("pattern", temporary, w -> w.remove(Q1 + "B.weight")),
        "adapter_model.safetensors lacks lora_B of model.layers.1.self_attn.q_proj");
  }

  @Test
  void open_missingModule_isNamed() {
    assertRefused(
        LlamaAdapters.change(
            "pattern", temporary, w -> w.remove(Q1 + "A.weight").remove(Q1 + "B.weight")),
        "lacks lora_A of model.layers.1.self_attn.q_proj, which the configuration targets");
  }

  @Test
  void open_moduleTheConfigurationLeavesOut_isNamed() {
    Path folder = LlamaAdapters.copy("pattern", temporary);
    FixtureFiles.setField(
        folder.resolve("adapter_config.json"), "target_modules", "[\"q_proj\",\"down_proj\"]");
    assertRefused(folder, "holds an update of model.layers.0.self_attn.o_proj, which");
  }

  @Test
  void open_layerTheConfigurationLeavesOut_isNamed() {
    Path folder = LlamaAdapters.copy("pattern", temporary);
    FixtureFiles.setField(folder.resolve("adapter_config.json"), "layers_to_transform", "[0, 1]");
    assertRefused(folder, "holds an update of model.layers.2.self_attn.q_proj, which");
  }

  @Test
  void open_rankOtherThanInTheConfiguration_isRefused() {
    Path folder = LlamaAdapters.copy("pattern", temporary);
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
        LlamaAdapters.change("pattern", temporary, w -> w.putZeros(Q1 + "B.weight", 20, 64)),
        "tensor "
            + Q1
            + "B.weight has the shape [20, 64]; configuration and model ask for [64, 20]");
    assertRefused(
        LlamaAdapters.change("regex-targets", temporary, w -> w.putZeros(Q1 + "A.weight", 256)),
        "has the shape [256]");
  }

  @Test
  void open_adapterOfAnotherModel_isRefused() {
    assertRefused(FixtureFiles.fixture("qwen3-qknorm/pattern"), "has the shape");
  }

  @Test
  void open_noTarget_isRefused() {
    Path folder = LlamaAdapters.copy("pattern", temporary);
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
    Path folder = LlamaAdapters.copy("pattern", temporary);
    FixtureFiles.setField(
        folder.resolve("adapter_config.json"), "target_modules", "[\"q_proj\",\"" + target + "\"]");
    assertRefused(folder, "target_modules matches " + module);
  }

  @Test
  void open_noTensors_isRefused() {
    Path folder = LlamaAdapters.copy("pattern", temporary);
    SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), "{}", new byte[0]);
    assertRefused(folder, "lacks lora_A of model.layers.0.self_attn.q_proj");
  }

  @Test
  void open_integerWeights_areRefused() {
    assertRefused(
        LlamaAdapters.change(
            "pattern",
            temporary,
            w -> w.put(Q1 + "A.weight", "I8", List.of(20L, 64L), new byte[1280])),
        "has dtype I8; supported are [BF16, F16, F32]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter_model.bin", "adapter_model.pt"})
  void open_pickle_isRefused(String name) throws IOException {
    Path folder = LlamaAdapters.copy("pattern", temporary);
    Files.move(folder.resolve("adapter_model.safetensors"), folder.resolve(name));
    assertRefused(folder, name + " is a pickle file, which is never read");
  }

  @Test
  void open_missingFiles_areNamed() throws IOException {
    Path folder = LlamaAdapters.copy("pattern", temporary);
    Files.delete(folder.resolve("adapter_model.safetensors"));
    assertRefused(folder, "adapter_model.safetensors: no such file");
    Files.delete(folder.resolve("adapter_config.json"));
    assertRefused(folder, "adapter_config.json: no such file");
  }

  @Test
  void open_truncatedFile_isRefused() throws IOException {
    Path folder = LlamaAdapters.copy("pattern", temporary);
    Path weights = folder.resolve("adapter_model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(folder, "adapter_model.safetensors: tensor", "the data is");
    Files.write(weights, Arrays.copyOf(bytes, 100));
    assertRefused(folder, "adapter_model.safetensors: header length");
  }

  @Test
  void open_hugeConfig_isRefused() {
    Path folder = LlamaAdapters.copy("pattern", temporary);
    FixtureFiles.write(folder.resolve("adapter_config.json"), " ".repeat((1 << 20) + 1));
    assertRefused(folder, "adapter_config.json: over 1048576 bytes");
  }

  private static void assertRefused(Path folder, String... messages) {
    assertThatThrownBy(() -> LlamaAdapters.open(folder).close())
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageContainingAll(messages);
  }
}
