package io.chameleon.engine.cuda;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model's weights on the device; q k v are one matrix, gate and up another. */
final class GpuWeights {

  /**
   * Weights of a layer. Biases and the norms of heads are null where the model has none.
   *
   * @param qkv (q, k and v features, hidden)
   * @param gateUp (2 × intermediate, hidden)
   */
  record Layer(
      DeviceTensor attentionNorm,
      DeviceTensor qkv,
      @Nullable DeviceTensor qkvBias,
      @Nullable DeviceTensor queryNorm,
      @Nullable DeviceTensor keyNorm,
      DeviceTensor output,
      @Nullable DeviceTensor outputBias,
      DeviceTensor mlpNorm,
      DeviceTensor gateUp,
      @Nullable DeviceTensor gateUpBias,
      DeviceTensor down,
      @Nullable DeviceTensor downBias) {}

  private final ModelConfig config;
  private final TorchMemory memory;
  private final TorchMemory.Kind kind;
  private final WeightSource source;
  private final List<Layer> layers = new ArrayList<>();
  private final DeviceTensor embedding;
  private final DeviceTensor norm;
  private final DeviceTensor head;
  private final DeviceTensor cosines;
  private final DeviceTensor sines;
  private long stepElements;

  GpuWeights(ModelConfig config, TorchMemory memory, TorchMemory.Kind kind, WeightSource source) {
    this.config = config;
    this.memory = memory;
    this.kind = kind;
    this.source = source;
    int hidden = config.hiddenSize();
    this.embedding = matrix(config.vocabularySize(), hidden, "model.embed_tokens.weight");
    this.norm = vector(hidden, "model.norm.weight");
    this.head =
        config.tiedEmbeddings()
            ? embedding
            : matrix(config.vocabularySize(), hidden, "lm_head.weight");
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(layer("model.layers.%d.".formatted(layer)));
    }
    int half = config.headSize() / 2;
    this.cosines = memory.zeros(TorchMemory.Kind.FLOAT32, config.contextLength(), half);
    this.sines = memory.zeros(TorchMemory.Kind.FLOAT32, config.contextLength(), half);
    long embedded = config.tiedEmbeddings() ? 0 : size(config.vocabularySize(), hidden);
    this.stepElements -= embedded;
  }

  DeviceTensor embedding() {
    return embedding;
  }

  DeviceTensor norm() {
    return norm;
  }

  DeviceTensor head() {
    return head;
  }

  DeviceTensor cosines() {
    return cosines;
  }

  DeviceTensor sines() {
    return sines;
  }

  Layer layer(int number) {
    return layers.get(number);
  }

  /** Bytes that a decode step reads: all but an embedding table that is not the head too. */
  long stepBytes() {
    return stepElements * kind.bytes();
  }

  /** Numbers of a model's weights and of the tables of positions. */
  static long elements(ModelConfig config) {
    long layer = 2L * config.hiddenSize();
    for (LinearModule module : LinearModule.values()) {
      layer += size(config.outputSize(module), config.inputSize(module) + 1);
    }
    long tables = config.tiedEmbeddings() ? 1 : 2;
    return layer * config.layers()
        + tables * size(config.vocabularySize(), config.hiddenSize())
        + 2 * size(config.contextLength(), config.headSize());
  }

  /** Angles of the rotary positions, as Hugging Face computes them: in 4-byte floats. */
  void writeRopeTables(DeviceQueue queue) {
    float[] frequencies = config.rope().inverseFrequencies(config.headSize());
    long bytes = (long) config.contextLength() * frequencies.length * Float.BYTES;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cos = arena.allocate(bytes);
      MemorySegment sin = arena.allocate(bytes);
      for (int position = 0, i = 0; position < config.contextLength(); position++) {
        for (float frequency : frequencies) {
          float angle = position * frequency;
          cos.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) Math.cos(angle));
          sin.setAtIndex(ValueLayout.JAVA_FLOAT, i++, (float) Math.sin(angle));
        }
      }
      queue.copy(cosines.address(), cos.address(), bytes);
      queue.copy(sines.address(), sin.address(), bytes);
      queue.synchronize();
    }
  }

  private Layer layer(String prefix) {
    int hidden = config.hiddenSize();
    boolean qkNorm = config.qkNorm();
    String attention = prefix + "self_attn.";
    return new Layer(
        vector(hidden, prefix + "input_layernorm.weight"),
        joined(hidden, prefix, LinearModule.Q, LinearModule.K, LinearModule.V),
        config.qkvBias()
            ? joinedBias(prefix, LinearModule.Q, LinearModule.K, LinearModule.V)
            : null,
        qkNorm ? vector(config.headSize(), attention + "q_norm.weight") : null,
        qkNorm ? vector(config.headSize(), attention + "k_norm.weight") : null,
        joined(config.inputSize(LinearModule.O), prefix, LinearModule.O),
        config.outputBias() ? joinedBias(prefix, LinearModule.O) : null,
        vector(hidden, prefix + "post_attention_layernorm.weight"),
        joined(hidden, prefix, LinearModule.GATE, LinearModule.UP),
        config.mlpBias() ? joinedBias(prefix, LinearModule.GATE, LinearModule.UP) : null,
        joined(config.inputSize(LinearModule.DOWN), prefix, LinearModule.DOWN),
        config.mlpBias() ? joinedBias(prefix, LinearModule.DOWN) : null);
  }

  private DeviceTensor joined(int inputs, String prefix, LinearModule... modules) {
    DeviceTensor joined = take(outputs(modules), inputs);
    long offset = 0;
    for (LinearModule module : modules) {
      long elements = size(config.outputSize(module), inputs);
      source.write(prefix + module.path() + ".weight", joined, offset, elements);
      offset += elements;
    }
    return joined;
  }

  private DeviceTensor joinedBias(String prefix, LinearModule... modules) {
    DeviceTensor joined = take(1, outputs(modules));
    long offset = 0;
    for (LinearModule module : modules) {
      int elements = config.outputSize(module);
      source.write(prefix + module.path() + ".bias", joined, offset, elements);
      offset += elements;
    }
    return joined;
  }

  private int outputs(LinearModule... modules) {
    int outputs = 0;
    for (LinearModule module : modules) {
      outputs += config.outputSize(module);
    }
    return outputs;
  }

  private DeviceTensor vector(int size, String name) {
    return matrix(1, size, name);
  }

  private DeviceTensor matrix(int rows, int columns, String name) {
    DeviceTensor matrix = take(rows, columns);
    source.write(name, matrix, 0, size(rows, columns));
    return matrix;
  }

  private DeviceTensor take(int rows, int columns) {
    stepElements += size(rows, columns);
    return memory.zeros(kind, rows, columns);
  }

  private static long size(int rows, int columns) {
    return (long) rows * columns;
  }
}
