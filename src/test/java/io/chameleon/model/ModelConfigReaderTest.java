package io.chameleon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.FixtureFiles;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ModelConfigReaderTest {

  static final Iterable<String> ARCHITECTURES = FixtureFiles.ARCHITECTURES;

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void read_llama_asWritten() {
    ModelConfig config = ModelConfigReader.read(fixture("llama-mha-untied"));
    assertThat(config)
        .isEqualTo(
            new ModelConfig(
                "llama",
                3,
                64,
                4,
                4,
                16,
                176,
                320,
                512,
                1e-6,
                new RopeConfig(10_000, null),
                false,
                false,
                false,
                false,
                false));
  }

  @Test
  void read_llama3_hasScaling() {
    assertThat(ModelConfigReader.read(fixture("llama3-gqa-ropescaling")).rope())
        .isEqualTo(new RopeConfig(500_000, new RopeConfig.Llama3Scaling(8, 1, 4, 64)));
  }

  @Test
  void read_qwen2_hasBiasesOnQkvAlone() {
    ModelConfig config = ModelConfigReader.read(fixture("qwen2-bias"));
    assertThat(config.qkvBias()).isTrue();
    assertThat(config.outputBias()).isFalse();
    assertThat(config.headSize()).isEqualTo(16);
    assertThat(config.tiedEmbeddings()).isTrue();
  }

  @Test
  void read_qwen3_hasHeadNorms() {
    ModelConfig config = ModelConfigReader.read(fixture("qwen3-qknorm"));
    assertThat(config.qkNorm()).isTrue();
    assertThat(config.qkvBias()).isFalse();
    assertThat(config.headSize()).isEqualTo(32);
  }

  @Test
  void read_mistral_hasOddRatios() {
    ModelConfig config = ModelConfigReader.read(fixture("mistral-gqa"));
    assertThat(config.headSize()).isEqualTo(24);
    assertThat(config.kvHeads()).isEqualTo(2);
    assertThat(config.inputSize(LinearModule.O)).isEqualTo(96);
  }

  @ParameterizedTest
  @FieldSource("ARCHITECTURES")
  void read_formOfTransformers4_isTheSame(String architecture) {
    ObjectNode five = fixture(architecture);
    ObjectNode four = five.deepCopy();
    ObjectNode rope = (ObjectNode) four.remove("rope_parameters");
    four.set("rope_theta", rope.remove("rope_theta"));
    if (rope.get("rope_type").stringValue().equals("default")) {
      four.putNull("rope_scaling");
    } else {
      four.set("rope_scaling", rope);
    }
    four.set("torch_dtype", four.remove("dtype"));
    assertThat(ModelConfigReader.read(four)).isEqualTo(ModelConfigReader.read(five));
  }

  @Test
  void read_ropeTypeUnderItsOldName_isUnderstood() {
    ObjectNode config = fixture("llama3-gqa-ropescaling");
    ObjectNode rope = (ObjectNode) config.get("rope_parameters");
    rope.set("type", rope.remove("rope_type"));
    assertThat(ModelConfigReader.read(config))
        .isEqualTo(ModelConfigReader.read(fixture("llama3-gqa-ropescaling")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "llama|32|128|11008|32000|2048",
        "mistral|8|128|14336|32000|131072",
        "qwen2|32|128|22016|151936|32768",
        "qwen3|32|128|22016|151936|32768",
      })
  void read_missingFields_areTransformersDefaults(
      String type, int kvHeads, int headSize, int intermediate, int vocabulary, int context) {
    ObjectNode json = JSON.createObjectNode().put("model_type", type);
    json.putNull("sliding_window");
    ModelConfig config = ModelConfigReader.read(json);
    assertThat(config)
        .isEqualTo(
            new ModelConfig(
                type,
                32,
                4096,
                32,
                kvHeads,
                headSize,
                intermediate,
                vocabulary,
                context,
                1e-6,
                new RopeConfig(10_000, null),
                false,
                type.equals("qwen2"),
                false,
                false,
                type.equals("qwen3")));
  }

  @Test
  void read_llamaBiases_followTheConfiguration() {
    ObjectNode json = fixture("llama-mha-untied");
    json.put("attention_bias", true).put("mlp_bias", true).put("pretraining_tp", 4);
    ModelConfig config = ModelConfigReader.read(json);
    assertThat(config.qkvBias()).isTrue();
    assertThat(config.outputBias()).isTrue();
    assertThat(config.mlpBias()).isTrue();
  }

  @Test
  void read_nullSizes_areDerived() {
    ObjectNode json = fixture("llama-mha-untied");
    json.putNull("head_dim").putNull("num_key_value_heads").putNull("rope_parameters");
    ModelConfig config = ModelConfigReader.read(json);
    assertThat(config.headSize()).isEqualTo(16);
    assertThat(config.kvHeads()).isEqualTo(4);
    assertThat(config.rope()).isEqualTo(new RopeConfig(10_000, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "model_type|'gemma3'|model_type is 'gemma3'; supported is llama, mistral, qwen2, qwen3",
        "model_type|'mixtral'|model_type is 'mixtral'",
        "model_type|null|model_type is null",
        "num_local_experts|8|num_local_experts is 8; supported is only a dense model",
        "num_experts|64|num_experts is 64",
        "quantization_config|{'bits':4}|quantization_config is {'bits':4}",
        "hidden_act|'gelu'|hidden_act is 'gelu'; supported is 'silu'",
        "rope_parameters|{'rope_type':'yarn','factor':4}|rope_type is 'yarn'; supported is"
            + " 'default' and 'llama3'",
        "rope_scaling|{'type':'linear','factor':2}|rope_scaling: type is 'linear'",
        "rope_scaling|{'type':'dynamic','factor':2}|type is 'dynamic'",
        "rope_scaling|{'rope_type':'longrope'}|rope_type is 'longrope'",
        "rope_scaling|{'rope_type':'llama3','factor':8}|low_freq_factor is missing",
        "rope_scaling|{'rope_type':'llama3','factor':8,'low_freq_factor':4,'high_freq_factor':4}|high_freq_factor"
            + " is 4; supported is a number over low_freq_factor, which is 4.0",
        "rope_scaling|'yarn'|rope_scaling is 'yarn'; supported is an object",
        "rope_parameters|{'full_attention':{'rope_theta':1.0}}|one set of parameters for all"
            + " layers",
        "partial_rotary_factor|0.5|partial_rotary_factor is 0.5; supported is 1",
        "rope_theta|-1|rope_theta is -1; supported is a number over 0",
        "head_dim|15|head_dim is 15; supported is an even head size",
        "head_dim|8000000|head_dim is 8000000; supported is at most 4194304 with 4 heads",
        "num_key_value_heads|3|num_key_value_heads is 3; supported is a divisor of"
            + " num_attention_heads, which is 4",
        "num_hidden_layers|0|num_hidden_layers is 0; supported is a whole number from 1 to 1000",
        "num_hidden_layers|2000000000|num_hidden_layers is 2000000000",
        "hidden_size|64.5|hidden_size is 64.5; supported is a whole number",
        "hidden_size|'64'|hidden_size is '64'",
        "vocab_size|99999999999999999999|vocab_size is 99999999999999999999",
        "rms_norm_eps|0|rms_norm_eps is 0; supported is a number over 0",
        "tie_word_embeddings|1|tie_word_embeddings is 1; supported is true or false",
        "layer_types|['full_attention','linear_attention']|layer_types is"
            + " ['full_attention','linear_attention']",
      })
  void read_unsupportedValue_isRefusedByName(String field, String value, String message) {
    ObjectNode config = fixture("llama-mha-untied");
    config.set(field, JSON.readTree(value.replace('\'', '"')));
    assertRefused(config, message.replace('\'', '"'));
  }

  @Test
  void read_headsThatDoNotDivideTheWidth_areRefused() {
    ObjectNode config = fixture("llama-mha-untied");
    config.remove("head_dim");
    config.put("hidden_size", 66);
    assertRefused(config, "hidden_size is 66; supported is a multiple of num_attention_heads");
  }

  @Test
  void read_slidingWindow_isRefusedWhereItBites() {
    ObjectNode mistral = fixture("mistral-gqa");
    mistral.put("sliding_window", 511);
    assertRefused(
        mistral,
        "sliding_window is 511; supported is no sliding window, or one of at least"
            + " max_position_embeddings, which is 512");
    mistral.put("sliding_window", 512);
    assertThat(ModelConfigReader.read(mistral).contextLength()).isEqualTo(512);
    mistral.remove("sliding_window");
    assertThat(ModelConfigReader.read(mistral).contextLength()).isEqualTo(512);
    mistral.put("max_position_embeddings", 4097);
    assertRefused(mistral, "sliding_window is missing; supported is no sliding window");
  }

  @Test
  void read_qwenWindow_countsOnlyWhenUsed() {
    ObjectNode qwen = fixture("qwen2-bias");
    qwen.remove("layer_types");
    qwen.put("sliding_window", 16);
    assertThat(ModelConfigReader.read(qwen).layers()).isEqualTo(3);
    qwen.put("use_sliding_window", true);
    assertThat(ModelConfigReader.read(qwen).layers()).isEqualTo(3);
    qwen.put("max_window_layers", 2);
    assertRefused(qwen, "sliding_window is 16; supported is no sliding window");
    qwen.putArray("layer_types").add("full_attention").add("full_attention").add("full_attention");
    assertThat(ModelConfigReader.read(qwen).layers()).isEqualTo(3);
    qwen.putArray("layer_types").add("full_attention").add("sliding_attention");
    assertRefused(qwen, "layer_types is [\"full_attention\",\"sliding_attention\"]");
  }

  @Test
  void read_emptyObject_namesTheFirstField() {
    for (Map.Entry<String, String> entry :
        Map.of("{}", "model_type is missing", "{\"model_type\":7}", "model_type is 7").entrySet()) {
      assertRefused((ObjectNode) JSON.readTree(entry.getKey()), entry.getValue());
    }
  }

  private static void assertRefused(ObjectNode config, String message) {
    assertThatThrownBy(() -> ModelConfigReader.read(config))
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("config.json: ")
        .hasMessageContaining(message);
  }

  private static ObjectNode fixture(String architecture) {
    return FixtureFiles.read(FixtureFiles.fixture(architecture + "/base/config.json"));
  }
}
