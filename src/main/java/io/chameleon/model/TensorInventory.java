package io.chameleon.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which tensors a model has, by name and shape. */
public final class TensorInventory {

  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String FINAL_NORM = "model.norm.weight";
  static final String HEAD = "lm_head.weight";

  /** Buffers that older transformers wrote beside the weights; RoPE is computed from the config. */
  private static final Pattern HARMLESS =
      Pattern.compile("model\\.(layers\\.\\d+\\.self_attn\\.)?rotary_emb\\.inv_freq");

  private final ModelConfig config;
  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  private TensorInventory(ModelConfig config) {
    this.config = config;
  }

  /** Name and shape of every tensor, in the order of the forward pass. */
  public static Map<String, long[]> of(ModelConfig config) {
    TensorInventory inventory = new TensorInventory(config);
    inventory.shapes.put(EMBEDDING, shape(config.vocabularySize(), config.hiddenSize()));
    for (int layer = 0; layer < config.layers(); layer++) {
      inventory.addLayer("model.layers.%d.".formatted(layer));
    }
    inventory.shapes.put(FINAL_NORM, shape(config.hiddenSize()));
    if (!config.tiedEmbeddings()) {
      inventory.shapes.put(HEAD, shape(config.vocabularySize(), config.hiddenSize()));
    }
    return inventory.shapes;
  }

  /** Whether a tensor that no model needs may lie in its files all the same. */
  static boolean isHarmless(String name) {
    return HARMLESS.matcher(name).matches();
  }

  private void addLayer(String prefix) {
    shapes.put(prefix + "input_layernorm.weight", shape(config.hiddenSize()));
    for (LinearModule module : LinearModule.values()) {
      shapes.put(
          prefix + module.path() + ".weight",
          shape(config.outputSize(module), config.inputSize(module)));
      if (hasBias(module)) {
        shapes.put(prefix + module.path() + ".bias", shape(config.outputSize(module)));
      }
      headNorm(module).ifPresent(norm -> shapes.put(prefix + norm, shape(config.headSize())));
    }
    shapes.put(prefix + "post_attention_layernorm.weight", shape(config.hiddenSize()));
  }

  private boolean hasBias(LinearModule module) {
    return switch (module) {
      case Q, K, V -> config.qkvBias();
      case O -> config.outputBias();
      case GATE, UP, DOWN -> config.mlpBias();
    };
  }

  private Optional<String> headNorm(LinearModule module) {
    if (!config.qkNorm()) {
      return Optional.empty();
    }
    return switch (module) {
      case Q -> Optional.of("self_attn.q_norm.weight");
      case K -> Optional.of("self_attn.k_norm.weight");
      case V, O, GATE, UP, DOWN -> Optional.empty();
    };
  }

  private static long[] shape(long... sizes) {
    return sizes;
  }
}
