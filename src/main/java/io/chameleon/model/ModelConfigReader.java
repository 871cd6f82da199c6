package io.chameleon.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code config.json} as transformers 4.x and 5.x write it, and refuses what the engine would
 * compute wrongly. Where a field is missing, transformers' own default stands.
 */
public final class ModelConfigReader {

  static final String FILE = "config.json";

  private static final int MAX_LAYERS = 1_000;
  private static final int MAX_SIZE = 1 << 24;

  /** Fields that change the arithmetic when they are set at all. */
  private static final List<String> UNSUPPORTED =
      List.of(
          "quantization_config",
          "num_experts",
          "num_local_experts",
          "n_routed_experts",
          "per_layer_config");

  private final JsonFields fields;
  private final ModelFamily family;

  private ModelConfigReader(JsonFields fields, ModelFamily family) {
    this.fields = fields;
    this.family = family;
  }

  /**
   * The model that a configuration describes.
   *
   * @throws InvalidFileException naming the field, its value and what is supported
   */
  public static ModelConfig read(ObjectNode config) {
    JsonFields fields = new JsonFields(config, FILE);
    return new ModelConfigReader(fields, family(fields)).read();
  }

  /** The family of a configuration. */
  static ModelFamily family(JsonFields fields) {
    return ModelFamily.named(fields.text("model_type", ""))
        .orElseThrow(() ->
            fields.fault(
                "model_type",
                Arrays.stream(ModelFamily.values())
                    .map(ModelFamily::modelType)
                    .collect(Collectors.joining(", "))));
  }

  private ModelConfig read() {
    refuseUnsupported();
    int hiddenSize = size("hidden_size", ModelFamily.HIDDEN_SIZE);
    int heads = size("num_attention_heads", ModelFamily.HEADS);
    int contextLength = size("max_position_embeddings", family.contextLength());
    boolean attentionBias = fields.flag("attention_bias", false);
    ModelConfig config =
        new ModelConfig(
            family.modelType(),
            fields.integer("num_hidden_layers", 1, MAX_LAYERS, ModelFamily.LAYERS),
            hiddenSize,
            heads,
            kvHeads(heads),
            headSize(hiddenSize, heads),
            size("intermediate_size", family.intermediateSize()),
            size("vocab_size", family.vocabularySize()),
            contextLength,
            fields.positive("rms_norm_eps", ModelFamily.RMS_NORM_EPSILON),
            RopeConfigReader.read(fields, contextLength),
            fields.flag("tie_word_embeddings", false),
            family.hasQkvBias(attentionBias),
            family.hasOutputBias(attentionBias),
            family.hasMlpBias(fields.flag("mlp_bias", false)),
            family.hasQkNorm());
    SlidingWindow.refuseIfShort(fields, family, config);
    return config;
  }

  private void refuseUnsupported() {
    for (String field : UNSUPPORTED) {
      if (fields.has(field)) {
        throw fields.fault(field, "only a dense model without it, in bf16, fp16 or fp32");
      }
    }
    if (!fields.text("hidden_act", "silu").equals("silu")) {
      throw fields.fault("hidden_act", "\"silu\"");
    }
  }

  private int kvHeads(int heads) {
    int fallback = fields.mentions("num_key_value_heads") ? heads : family.kvHeads(heads);
    int kvHeads = size("num_key_value_heads", fallback);
    if (heads % kvHeads != 0) {
      throw fields.fault(
          "num_key_value_heads", "a divisor of num_attention_heads, which is " + heads);
    }
    return kvHeads;
  }

  private int headSize(int hiddenSize, int heads) {
    if (!fields.has("head_dim") && hiddenSize % heads != 0) {
      throw fields.fault("hidden_size", "a multiple of num_attention_heads, which is " + heads);
    }
    int headSize = size("head_dim", family.headSize(hiddenSize, heads));
    if (headSize % 2 != 0) {
      throw fields.fault("head_dim", "an even head size; this one is " + headSize);
    }
    if ((long) heads * headSize > MAX_SIZE) {
      throw fields.fault("head_dim", "at most %d with %d heads".formatted(MAX_SIZE / heads, heads));
    }
    return headSize;
  }

  private int size(String field, int fallback) {
    return fields.integer(field, 1, MAX_SIZE, fallback);
  }
}
