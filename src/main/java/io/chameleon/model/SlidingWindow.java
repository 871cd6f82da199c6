package io.chameleon.model;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Decides whether a model attends to a window shorter than its context, which the engine does not
 * do. Llama knows no window, Mistral has one unless it is null, Qwen has one only with {@code
 * use_sliding_window} and only from layer {@code max_window_layers} on.
 */
final class SlidingWindow {

  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  private final JsonFields fields;
  private final ModelFamily family;
  private final ModelConfig config;

  private SlidingWindow(JsonFields fields, ModelFamily family, ModelConfig config) {
    this.fields = fields;
    this.family = family;
    this.config = config;
  }

  /**
   * Refuses a window shorter than the context.
   *
   * @throws InvalidFileException naming the field
   */
  static void refuseIfShort(JsonFields fields, ModelFamily family, ModelConfig config) {
    new SlidingWindow(fields, family, config).refuseIfShort();
  }

  private void refuseIfShort() {
    int window = window();
    boolean isShort = window < config.contextLength();
    if (isShort && slides()) {
      throw fields.fault(
          "sliding_window",
          "no sliding window, or one of at least max_position_embeddings, which is "
              + "%d; this one is %d".formatted(config.contextLength(), window));
    }
    Optional<JsonNode> layerTypes = fields.node("layer_types");
    if (layerTypes.isPresent() && !areSupported(layerTypes.get(), isShort)) {
      throw fields.fault("layer_types", "only \"%s\" for each layer".formatted(FULL));
    }
  }

  /** The window in tokens; the context's length if there is none. */
  private int window() {
    return switch (family) {
      case LLAMA -> config.contextLength();
      case MISTRAL ->
          fields.mentions("sliding_window") && !fields.has("sliding_window")
              ? config.contextLength()
              : configured();
      case QWEN2, QWEN3 ->
          fields.flag("use_sliding_window", false)
                  && (fields.has("sliding_window") || !fields.mentions("sliding_window"))
              ? configured()
              : config.contextLength();
    };
  }

  private int configured() {
    return fields.integer("sliding_window", 1, Integer.MAX_VALUE, ModelFamily.SLIDING_WINDOW);
  }

  private boolean slides() {
    return switch (family) {
      case LLAMA -> false;
      case MISTRAL -> true;
      case QWEN2, QWEN3 -> !fields.has("layer_types") && firstSlidingLayer() < config.layers();
    };
  }

  private int firstSlidingLayer() {
    return fields.integer("max_window_layers", 0, Integer.MAX_VALUE, ModelFamily.MAX_WINDOW_LAYERS);
  }

  private static boolean areSupported(JsonNode layerTypes, boolean windowIsShort) {
    if (!layerTypes.isArray()) {
      return false;
    }
    for (JsonNode type : layerTypes) {
      String name = type.isString() ? type.stringValue() : "";
      if (!name.equals(FULL) && !(name.equals(SLIDING) && !windowIsShort)) {
        return false;
      }
    }
    return true;
  }
}
