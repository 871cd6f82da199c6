package io.chameleon.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.chameleon.model.Checkpoint;
import io.chameleon.model.ElementType;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.TensorView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The model's weights as the program wants them: 4-byte floats, linear weights in oneDNN's layout,
 * q k v in one matrix, norm weights times the root of their width. Each is uploaded by itself, so
 * that no second copy of the model ever exists.
 */
final class DeviceWeights implements AutoCloseable {

  private final TorchProgram program;
  private final ModelConfig config;
  private final List<PtNDArray> globals = new ArrayList<>();
  private final List<PtNDArray> layers = new ArrayList<>();

  /** Stands where a layer has no such weight; the program never reads it. */
  private final PtNDArray absent;

  private long bytes;

  DeviceWeights(TorchProgram program, Checkpoint checkpoint) {
    this.program = program;
    this.config = checkpoint.config();
    this.absent = program.consume("constant", IValue.from(0.0));
    addGlobals(checkpoint);
    for (int layer = 0; layer < config.layers(); layer++) {
      addLayer(checkpoint, "model.layers.%d.".formatted(layer));
    }
  }

  /** The argument {@code globals} of a step; the caller closes it. */
  IValue globals() {
    return list(globals);
  }

  /** The argument {@code layers} of a step; the caller closes it. */
  IValue layers() {
    return list(layers);
  }

  /**
   * Bytes that one decode step reads: all weights but the embedding table, of which it reads rows.
   */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    globals.forEach(PtNDArray::close);
    // A tensor that stands in for several absent ones is closed several times, which is harmless.
    layers.forEach(PtNDArray::close);
    absent.close();
  }

  private void addGlobals(Checkpoint checkpoint) {
    PtNDArray embedding = load(checkpoint, "model.embed_tokens.weight");
    globals.add(embedding);
    globals.add(norm(checkpoint, "model.norm.weight", config.hiddenSize()));
    if (config.tiedEmbeddings()) {
      globals.add(pack(embedding));
    } else {
      globals.add(packAndClose(load(checkpoint, "lm_head.weight")));
    }
    globals.add(root(config.hiddenSize()));
    globals.add(root(config.headSize()));
    PtNDArray[] rope = ropeTables();
    globals.add(rope[0]);
    globals.add(rope[1]);
    globals.add(program.of(kindOfHead()));
  }

  private void addLayer(Checkpoint checkpoint, String prefix) {
    layers.add(norm(checkpoint, prefix + "input_layernorm.weight", config.hiddenSize()));
    addAttention(checkpoint, prefix);
    layers.add(norm(checkpoint, prefix + "post_attention_layernorm.weight", config.hiddenSize()));
    for (LinearModule module : List.of(LinearModule.GATE, LinearModule.UP, LinearModule.DOWN)) {
      layers.add(packAndClose(load(checkpoint, prefix + module.path() + ".weight")));
      layers.add(bias(checkpoint, config.mlpBias(), prefix, module));
    }
  }

  private void addAttention(Checkpoint checkpoint, String prefix) {
    LinearModule[] qkv = {LinearModule.Q, LinearModule.K, LinearModule.V};
    layers.add(packAndClose(joined(checkpoint, prefix, ".weight", qkv)));
    layers.add(config.qkvBias() ? joined(checkpoint, prefix, ".bias", qkv) : absent);
    for (String head : List.of("q_norm", "k_norm")) {
      String name = prefix + "self_attn." + head + ".weight";
      layers.add(config.qkNorm() ? norm(checkpoint, name, config.headSize()) : absent);
    }
    layers.add(packAndClose(load(checkpoint, prefix + LinearModule.O.path() + ".weight")));
    layers.add(bias(checkpoint, config.outputBias(), prefix, LinearModule.O));
  }

  private PtNDArray bias(Checkpoint checkpoint, boolean has, String prefix, LinearModule module) {
    return has ? load(checkpoint, prefix + module.path() + ".bias") : absent;
  }

  private PtNDArray joined(
      Checkpoint checkpoint, String prefix, String suffix, LinearModule... modules) {
    PtNDArray[] parts =
        Arrays.stream(modules)
            .map(module -> load(checkpoint, prefix + module.path() + suffix))
            .toArray(PtNDArray[]::new);
    PtNDArray joined = program.consume("joined", IValue.listFrom(parts));
    Arrays.stream(parts).forEach(PtNDArray::close);
    return joined;
  }

  private PtNDArray norm(Checkpoint checkpoint, String name, int width) {
    try (PtNDArray weight = load(checkpoint, name)) {
      return program.consume("scaled", IValue.from(weight), IValue.from(Math.sqrt(width)));
    }
  }

  private PtNDArray root(int width) {
    double value = Math.sqrt(width * config.rmsNormEpsilon());
    return program.consume("constant", IValue.from(value));
  }

  private PtNDArray[] ropeTables() {
    float[] frequencies = config.rope().inverseFrequencies(config.headSize());
    try (PtNDArray tensor = program.of(frequencies, frequencies.length)) {
      return program.pair(
          "rope_tables",
          IValue.from(tensor),
          IValue.from((long) config.contextLength()),
          IValue.from(1 / Math.sqrt(config.headSize())));
    }
  }

  private long[] kindOfHead() {
    long[] kinds = new long[config.heads() + 2 * config.kvHeads()];
    Arrays.fill(kinds, config.heads(), config.heads() + config.kvHeads(), 1);
    Arrays.fill(kinds, config.heads() + config.kvHeads(), kinds.length, 2);
    return kinds;
  }

  private PtNDArray pack(PtNDArray weight) {
    bytes += weight.size() * Float.BYTES;
    return program.consume("pack", IValue.from(weight));
  }

  private PtNDArray packAndClose(PtNDArray weight) {
    try (weight) {
      return pack(weight);
    }
  }

  private PtNDArray load(Checkpoint checkpoint, String name) {
    TensorView view = checkpoint.tensor(name);
    PtNDArray stored =
        program.consume(
            "uninitialised", IValue.listFrom(view.shape()), IValue.from(torchType(view.type())));
    TorchProgram.memory(stored).copyFrom(view.bytes());
    if (view.type() == ElementType.F32) {
      return stored;
    }
    try (stored) {
      return program.consume("to_float", IValue.from(stored));
    }
  }

  private static long torchType(ElementType type) {
    return switch (type) {
      case F16 -> 5;
      case F32 -> TorchProgram.FLOAT32;
      case BF16 -> 15;
    };
  }

  private static IValue list(List<PtNDArray> tensors) {
    return IValue.listFrom(tensors.toArray(PtNDArray[]::new));
  }
}
