package io.chameleon.engine.cuda;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;

/**
 * What a step passes from kernel to kernel: one buffer for each purpose, taken once, for so many
 * rows at most.
 */
final class Activations {

  /** Rows of the step at most. */
  final int rows;

  /** Rows whose logits are wanted at most. */
  final int wanted;

  /** The residual stream (rows, hidden). */
  final DeviceTensor residual;

  /** Normed (rows, hidden). */
  final DeviceTensor normed;

  /** Queries, keys and values (rows, all heads). */
  final DeviceTensor qkv;

  /** What attention gives (rows, query heads). */
  final DeviceTensor attended;

  /** Gate and up (rows, 2 × intermediate). */
  final DeviceTensor gateUp;

  /** silu(gate) × up (rows, intermediate). */
  final DeviceTensor gated;

  /** Normed rows whose logits are wanted (wanted, hidden). */
  final DeviceTensor finals;

  /** (wanted, vocabulary), 4-byte floats. */
  final DeviceTensor logits;

  /** What was chosen (wanted, 4): {@code struct SampleResult}, until the next step chooses. */
  final DeviceTensor chosen;

  Activations(ModelConfig config, TorchMemory memory, TorchMemory.Kind kind, int rows, int wanted) {
    this.rows = rows;
    this.wanted = wanted;
    int hidden = config.hiddenSize();
    this.residual = memory.zeros(kind, rows, hidden);
    this.normed = memory.zeros(kind, rows, hidden);
    this.qkv = memory.zeros(kind, rows, qkvWidth(config));
    this.attended = memory.zeros(kind, rows, config.inputSize(LinearModule.O));
    this.gateUp = memory.zeros(kind, rows, 2L * config.intermediateSize());
    this.gated = memory.zeros(kind, rows, config.intermediateSize());
    this.finals = memory.zeros(kind, wanted, hidden);
    this.logits = memory.zeros(TorchMemory.Kind.FLOAT32, wanted, config.vocabularySize());
    this.chosen = memory.zeros(TorchMemory.Kind.INT32, wanted, Choices.RESULT);
  }

  /** Features of q, k and v together. */
  static int qkvWidth(ModelConfig config) {
    return (config.heads() + 2 * config.kvHeads()) * config.headSize();
  }

  /** Bytes of all buffers. */
  static long bytes(ModelConfig config, TorchMemory.Kind kind, int rows, int wanted) {
    long row =
        2L * config.hiddenSize()
            + qkvWidth(config)
            + config.inputSize(LinearModule.O)
            + 3L * config.intermediateSize();
    return (row * rows + (long) config.hiddenSize() * wanted) * kind.bytes()
        + (long) config.vocabularySize() * wanted * Float.BYTES;
  }
}
