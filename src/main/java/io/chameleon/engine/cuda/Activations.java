package io.chameleon.engine.cuda;

import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;

/**
 * What a step passes from kernel to kernel: one buffer for each purpose, taken once, for so many
 * rows at most, and room behind them to fill up the last {@linkplain RowTiles tile} of a product.
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
    int room = room(rows);
    int wantedRoom = wantedRoom(wanted);
    this.residual = memory.zeros(kind, room, hidden);
    this.normed = memory.zeros(kind, room, hidden);
    this.qkv = memory.zeros(kind, room, qkvWidth(config));
    this.attended = memory.zeros(kind, room, config.inputSize(LinearModule.O));
    this.gateUp = memory.zeros(kind, room, 2L * config.intermediateSize());
    this.gated = memory.zeros(kind, room, config.intermediateSize());
    this.finals = memory.zeros(kind, wantedRoom, hidden);
    this.logits = memory.zeros(TorchMemory.Kind.FLOAT32, wantedRoom, config.vocabularySize());
    this.chosen = memory.zeros(TorchMemory.Kind.INT32, wanted, Choices.RESULT);
  }

  private static int room(int rows) {
    // The last tile of an adapter begins anywhere.
    return RowTiles.room(rows + RowTiles.GENERATED, RowTiles.PROMPT);
  }

  private static int wantedRoom(int wanted) {
    return RowTiles.room(wanted, RowTiles.GENERATED);
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
    int last = wantedRoom(wanted);
    return (row * room(rows) + (long) config.hiddenSize() * last) * kind.bytes()
        + (long) config.vocabularySize() * last * Float.BYTES;
  }
}
