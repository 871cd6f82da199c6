package io.chameleon.bench;

import com.google.errorprone.annotations.Immutable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shapes of published models, and one that is small enough for a trial. */
enum ModelShape {
  LLAMA_2_7B(new Sizes(32, 4096, 32, 32, 11_008), 32_000, 4096, 10_000),
  LLAMA_2_13B(new Sizes(40, 5120, 40, 40, 13_824), 32_000, 4096, 10_000),
  LLAMA_3_8B(new Sizes(32, 4096, 32, 8, 14_336), 128_256, 8192, 500_000),
  /** With ids above the demo's vocabulary, as the large ones have them. */
  TINY(new Sizes(2, 128, 4, 2, 256), 8000, 4096, 10_000);

  private static final int END = 2;

  private final Sizes sizes;

  private final int vocabulary;

  private final int context;

  private final double ropeTheta;

  ModelShape(Sizes sizes, int vocabulary, int context, double ropeTheta) {
    this.sizes = sizes;
    this.vocabulary = vocabulary;
    this.context = context;
    this.ropeTheta = ropeTheta;
  }

  /** Sizes of the layers. */
  @Immutable
  private record Sizes(int layers, int hidden, int heads, int kvHeads, int intermediate) {}

  /**
   * The shape of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static ModelShape named(String name) {
    return Arrays.stream(values())
        .filter(shape -> shape.label().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no shape %s; there are %s"
                    .formatted(
                        name,
                        Arrays.stream(values())
                            .map(ModelShape::label)
                            .collect(Collectors.joining(", ")))));
  }

  /** Whether there is a shape of this name. */
  static boolean isNamed(String name) {
    return Arrays.stream(values()).anyMatch(shape -> shape.label().equals(name));
  }

  /** Its name on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its {@code config.json}. */
  Map<String, Object> config() {
    Map<String, Object> config = new TreeMap<>();
    config.put("architectures", new String[] {"LlamaForCausalLM"});
    config.put("model_type", "llama");
    config.put("dtype", "bfloat16");
    config.put("hidden_act", "silu");
    config.put("num_hidden_layers", sizes.layers());
    config.put("hidden_size", sizes.hidden());
    config.put("num_attention_heads", sizes.heads());
    config.put("num_key_value_heads", sizes.kvHeads());
    config.put("head_dim", sizes.hidden() / sizes.heads());
    config.put("intermediate_size", sizes.intermediate());
    config.put("vocab_size", vocabulary);
    config.put("max_position_embeddings", context);
    config.put("rope_theta", ropeTheta);
    config.put("rms_norm_eps", 1e-5);
    config.put("tie_word_embeddings", false);
    config.put("bos_token_id", 1);
    config.put("eos_token_id", END);
    return config;
  }

  /** Its {@code generation_config.json}. */
  Map<String, Object> generation() {
    return new TreeMap<>(Map.of("bos_token_id", 1, "eos_token_id", END));
  }
}
