package io.chameleon.adapter.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chameleon.fixtures.FixtureFiles;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PeftConfigReaderTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void read_asPeftWritesIt_isUnderstood() {
    PeftConfig config = read(fixture());
    assertThat(config.rank("model.layers.0.self_attn.q_proj")).isEqualTo(3);
    assertThat(config.targets("model.layers.0.mlp.up_proj")).isTrue();
    assertThat(config.targets("lm_head")).isFalse();
  }

  @Test
  void read_fewFieldsOfAnOldVersion_isUnderstood() {
    ObjectNode json =
        (ObjectNode)
            JSON.readTree(
                "{\"peft_type\":\"LORA\",\"r\":4,\"lora_alpha\":6,\"target_modules\":[\"v_proj\"],"
                    + "\"enable_lora\":null,\"merge_weights\":false}");
    assertThat(read(json).scaling()).isEqualTo(1.5f);
  }

  @Test
  void scaling_rankStabilized_dividesByTheRoot() {
    ObjectNode json = fixture();
    json.put("r", 2).put("lora_alpha", 2.8284271247461903).put("use_rslora", true);
    assertThat(read(json).scaling()).isEqualTo(2f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "lora_dropout|0.5",
        "inference_mode|false",
        "base_model_name_or_path|'somewhere/else'",
        "revision|'main'",
        "peft_version|'0.7.1'",
        "task_type|null",
        "init_lora_weights|false",
        "init_lora_weights|'gaussian'",
        "init_lora_weights|'orthogonal'",
        "megatron_core|'megatron.core'",
        "qalora_group_size|32",
        "runtime_config|{'ephemeral_gpu_offload':true}",
        "modules_to_save|[]",
        "exclude_modules|[]",
        "layers_to_transform|[]",
        "something_of_tomorrow|null",
        "something_of_tomorrow|false",
        "something_of_tomorrow|{}",
        "auto_mapping|{'base_model_class':'LlamaForCausalLM','parent_library':'transformers'}",
      })
  void read_harmlessValue_changesNothing(String field, String value) {
    ObjectNode json = fixture();
    json.set(field, JSON.readTree(value.replace('\'', '"')));
    assertThat(read(json).scaling()).isEqualTo(read(fixture()).scaling());
    assertThat(read(json).targets("model.layers.1.mlp.up_proj")).isTrue();
  }

  @Test
  void read_evaWithItsSettings_isAccepted() {
    ObjectNode json = fixture();
    json.putObject("eva_config").put("rho", 2.0);
    assertRefused(json, "eva_config is {'rho':2.0}; supported is only null, false or empty");
    json.put("init_lora_weights", "eva");
    assertThat(read(json).scaling()).isEqualTo(read(fixture()).scaling());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "use_dora|true|use_dora is true; supported is false: DoRA is not served",
        "bias|'all'|bias is 'all'; supported is 'none'",
        "bias|'lora_only'|bias is 'lora_only'; supported is 'none': base biases are not replaced",
        "bias|null|bias is null; supported is 'none'",
        "lora_bias|true|lora_bias is true; supported is only null, false or empty",
        "modules_to_save|['lm_head']|modules_to_save is ['lm_head']; supported is null: whole"
            + " modules",
        "trainable_token_indices|[1,2]|trainable_token_indices is [1,2]; supported is null:"
            + " trainable tokens",
        "peft_type|'ADALORA'|peft_type is 'ADALORA'; supported is 'LORA'",
        "peft_type|'IA3'|peft_type is 'IA3'",
        "peft_type|null|peft_type is missing",
        "task_type|'SEQ_CLS'|task_type is 'SEQ_CLS'; supported is 'CAUSAL_LM' or null",
        "init_lora_weights|'pissa'|init_lora_weights is 'pissa'; supported is true, false,",
        "init_lora_weights|'pissa_niter_16'|init_lora_weights is 'pissa_niter_16'",
        "init_lora_weights|'olora'|init_lora_weights is 'olora'",
        "init_lora_weights|'corda'|init_lora_weights is 'corda'",
        "init_lora_weights|'loftq'|init_lora_weights is 'loftq'",
        "init_lora_weights|'lora_ga'|init_lora_weights is 'lora_ga'",
        "init_lora_weights|null|init_lora_weights is null",
        "loftq_config|{'loftq_bits':4}|loftq_config is {'loftq_bits':4}",
        "corda_config|{'a':1}|corda_config is {'a':1}",
        "lora_ga_config|{'a':1}|lora_ga_config is",
        "kasa_config|{'a':1}|kasa_config is",
        "arrow_config|{'a':1}|arrow_config is",
        "monteclora_config|{'a':1}|monteclora_config is",
        "velora_config|{'a':1}|velora_config is",
        "use_bdlora|{'nblocks':2}|use_bdlora is {'nblocks':2}",
        "use_qalora|true|use_qalora is true",
        "ensure_weight_tying|true|ensure_weight_tying is true",
        "fan_in_fan_out|true|fan_in_fan_out is true; supported is false",
        "target_parameters|['mlp.w']|target_parameters is ['mlp.w']",
        "layer_replication|[[0,2]]|layer_replication is [[0,2]]",
        "alora_invocation_tokens|[5]|alora_invocation_tokens is [5]",
        "megatron_config|{'a':1}|megatron_config is {'a':1}",
        "auto_mapping|{'base_model_class':'LlamaModel'}|auto_mapping is"
            + " {'base_model_class':'LlamaModel'}",
        "something_of_tomorrow|true|something_of_tomorrow is true; supported is only null, false or"
            + " empty",
        "something_of_tomorrow|0|something_of_tomorrow is 0",
        "r|0|r is 0; supported is a whole number from 1 to 65536",
        "r|4.0|r is 4.0; supported is a whole number",
        "r|true|r is true",
        "lora_alpha|0|lora_alpha is 0; supported is a number over 0",
        "lora_alpha|-4|lora_alpha is -4",
        "lora_alpha|'8'|lora_alpha is '8'",
        "lora_alpha|1e300|lora_alpha is 1.0E300; supported is what leaves a scaling",
        "lora_alpha|1e-300|lora_alpha is 1.0E-300; supported is what leaves a scaling",
        "lora_alpha|1e999|lora_alpha is",
        "use_rslora|1|use_rslora is 1; supported is true or false",
        "rank_pattern|{'q_proj':0}|rank_pattern: q_proj is 0; supported is a whole number",
        "rank_pattern|[1]|rank_pattern is [1]; supported is an object",
        "rank_pattern|{'q_[':3}|rank_pattern: the expression",
        "alpha_pattern|{'q_proj':0}|alpha_pattern: q_proj is 0; supported is a number over 0",
        "target_modules|null|target_modules is null; supported is names, an expression or"
            + " 'all-linear'",
        "target_modules|7|target_modules is 7; supported is a text or a list of texts",
        "target_modules|['q_proj',7]|target_modules is ['q_proj',7]",
        "target_modules|'*'|target_modules: the expression '*' is not supported",
        "exclude_modules|'all-linear'|exclude_modules is 'all-linear'; supported is names or an"
            + " expression",
        "layers_to_transform|'1'|layers_to_transform is '1'; supported is layer numbers from 0 on",
        "layers_to_transform|[-1]|layers_to_transform is [-1]",
        "layers_to_transform|[1.5]|layers_to_transform is [1.5]",
        "layers_pattern|'layers'|layers_pattern is 'layers'; supported is null where"
            + " layers_to_transform is null",
      })
  void read_unsupportedValue_isRefusedByName(String field, String value, String message) {
    ObjectNode json = fixture();
    json.set(field, JSON.readTree(value.replace('\'', '"')));
    assertRefused(json, message);
  }

  @Test
  void read_layersBesideAnExpression_areRefused() {
    ObjectNode json = fixture();
    json.put("target_modules", "all-linear").put("layers_to_transform", 1);
    assertRefused(json, "target_modules is 'all-linear'; supported is names where");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r", "lora_alpha", "target_modules", "peft_type"})
  void read_missingField_isIncomplete(String field) {
    ObjectNode json = fixture();
    json.remove(field);
    assertRefused(json, field + " is missing");
  }

  @Test
  void read_manyFaults_areAllNamed() {
    ObjectNode json = fixture();
    json.put("use_dora", true).put("bias", "all");
    assertRefused(json, "use_dora is true");
    assertRefused(json, "bias is 'all'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "{\"r\":1,\"r\":2}", "{\"r\":NaN}", "{} x", "\u0000"})
  void read_notOneObject_isRefused(String json) {
    assertThatThrownBy(() -> PeftConfigReader.read(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageStartingWith("adapter_config.json: not ");
  }

  @Test
  void read_brokenUtf8_isRefused() {
    assertThatThrownBy(() -> PeftConfigReader.read(new byte[] {'{', (byte) 0xc3, '}'}))
        .hasMessage("adapter_config.json: not valid UTF-8");
  }

  @Test
  void read_tooManyPatterns_areRefused() {
    ObjectNode json = fixture();
    ObjectNode patterns = json.putObject("rank_pattern");
    for (int i = 0; i <= 4_096; i++) {
      patterns.put("layers." + i, 1);
    }
    assertRefused(json, "supported is an object of at most 4096 modules");
  }

  private static PeftConfig read(ObjectNode json) {
    return PeftConfigReader.read(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(ObjectNode json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(InvalidAdapterException.class)
        .hasMessageContaining(message.replace('\'', '"'));
  }

  private static ObjectNode fixture() {
    return FixtureFiles.read(
        FixtureFiles.fixture("llama-mha-untied/all-linear-r3/adapter_config.json"));
  }
}
