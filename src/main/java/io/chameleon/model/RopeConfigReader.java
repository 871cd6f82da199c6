package io.chameleon.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rotary embedding: {@code rope_theta} and {@code rope_scaling} of transformers 4.x,
 * {@code rope_parameters} of 5.x. As there, {@code rope_scaling} goes before {@code
 * rope_parameters}, and what either holds before the fields beside it.
 */
final class RopeConfigReader {

  private static final String SUPPORTED_TYPES = "\"default\" and \"llama3\"";

  private RopeConfigReader() {}

  /**
   * The rotary embedding of a configuration.
   *
   * @param contextLength stands in for a missing {@code original_max_position_embeddings}
   * @throws InvalidFileException for any other rope type
   */
  static RopeConfig read(JsonFields config, int contextLength) {
    double theta = config.positive("rope_theta", ModelFamily.ROPE_THETA);
    requireWholeHeads(config);
    Optional<JsonFields> scaling = config.object("rope_scaling");
    Optional<JsonFields> parameters =
        scaling.isPresent() ? scaling : config.object("rope_parameters");
    if (parameters.isEmpty()) {
      return new RopeConfig(theta, null);
    }
    JsonFields rope = parameters.get();
    requireWholeHeads(rope);
    return new RopeConfig(rope.positive("rope_theta", theta), scaling(rope, config, contextLength));
  }

  private static RopeConfig.@Nullable Llama3Scaling scaling(
      JsonFields rope, JsonFields config, int contextLength) {
    String field = rope.has("rope_type") ? "rope_type" : "type";
    return switch (rope.text(field, "default")) {
      case "default" -> {
        requireFlat(rope);
        yield null;
      }
      case "llama3" -> llama3(rope, config, contextLength);
      default -> throw rope.fault(field, SUPPORTED_TYPES);
    };
  }

  private static RopeConfig.Llama3Scaling llama3(
      JsonFields rope, JsonFields config, int contextLength) {
    int ownContext =
        rope.integer("original_max_position_embeddings", 1, Integer.MAX_VALUE, contextLength);
    double low = rope.positive("low_freq_factor");
    double high = rope.positive("high_freq_factor");
    if (high <= low) {
      throw rope.fault("high_freq_factor", "a number over low_freq_factor, which is " + low);
    }
    return new RopeConfig.Llama3Scaling(
        rope.positive("factor"),
        low,
        high,
        config.integer("original_max_position_embeddings", 1, Integer.MAX_VALUE, ownContext));
  }

  /** One set of parameters for each layer type is a form of 5.x that dense models do not need. */
  private static void requireFlat(JsonFields rope) {
    for (String layerType : new String[] {"full_attention", "sliding_attention"}) {
      if (rope.has(layerType)) {
        throw rope.fault(layerType, "one set of parameters for all layers");
      }
    }
  }

  private static void requireWholeHeads(JsonFields fields) {
    if (fields.positive("partial_rotary_factor", 1) != 1) {
      throw fields.fault("partial_rotary_factor", "1");
    }
  }
}
