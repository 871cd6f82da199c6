package io.chameleon.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * The model families that are served, with what transformers assumes where {@code config.json} is
 * silent.
 *
 * @see <a href="https://github.com/huggingface/transformers/tree/main/src/transformers/models">
 *     configuration_llama.py and its siblings</a>
 */
enum ModelFamily {
  LLAMA("llama", 32_000, 11_008, 2_048),
  MISTRAL("mistral", 32_000, 14_336, 131_072),
  QWEN2("qwen2", 151_936, 22_016, 32_768),
  QWEN3("qwen3", 151_936, 22_016, 32_768);

  static final int HIDDEN_SIZE = 4096;
  static final int LAYERS = 32;
  static final int HEADS = 32;
  static final double RMS_NORM_EPSILON = 1e-6;
  static final double ROPE_THETA = 10_000;
  static final int SLIDING_WINDOW = 4096;
  static final int MAX_WINDOW_LAYERS = 28;

  private static final int EOS_TOKEN = 2;

  private final String modelType;
  private final int vocabularySize;
  private final int intermediateSize;
  private final int contextLength;

  ModelFamily(String modelType, int vocabularySize, int intermediateSize, int contextLength) {
    this.modelType = modelType;
    this.vocabularySize = vocabularySize;
    this.intermediateSize = intermediateSize;
    this.contextLength = contextLength;
  }

  static Optional<ModelFamily> named(String modelType) {
    return Arrays.stream(values()).filter(family -> family.modelType.equals(modelType)).findFirst();
  }

  String modelType() {
    return modelType;
  }

  int vocabularySize() {
    return vocabularySize;
  }

  int intermediateSize() {
    return intermediateSize;
  }

  int contextLength() {
    return contextLength;
  }

  int kvHeads(int heads) {
    return switch (this) {
      case LLAMA -> heads;
      case MISTRAL -> 8;
      case QWEN2, QWEN3 -> 32;
    };
  }

  int headSize(int hiddenSize, int heads) {
    return switch (this) {
      case LLAMA, MISTRAL, QWEN2 -> hiddenSize / heads;
      case QWEN3 -> 128;
    };
  }

  /** The end-of-sequence token of a configuration that names none, or nothing. */
  Optional<Integer> eosToken() {
    return switch (this) {
      case LLAMA, MISTRAL -> Optional.of(EOS_TOKEN);
      case QWEN2, QWEN3 -> Optional.empty();
    };
  }

  boolean hasQkvBias(boolean attentionBias) {
    return switch (this) {
      case LLAMA, QWEN3 -> attentionBias;
      case MISTRAL -> false;
      case QWEN2 -> true;
    };
  }

  boolean hasOutputBias(boolean attentionBias) {
    return switch (this) {
      case LLAMA, QWEN3 -> attentionBias;
      case MISTRAL, QWEN2 -> false;
    };
  }

  boolean hasMlpBias(boolean mlpBias) {
    return this == LLAMA && mlpBias;
  }

  boolean hasQkNorm() {
    return this == QWEN3;
  }
}
