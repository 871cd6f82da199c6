package io.chameleon.bench;

import io.chameleon.adapter.catalogue.AdapterCatalogue;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;

/**
 * The least arithmetic and the least reading that a step can do: products of linear weights and of
 * attention, each weight and each key and value read once.
 */
final class ModelCost {

  private final ModelConfig config;

  private final long weightBytes;

  /**
   * @param weightBytes all that a decode step reads of the weights, as they lie in memory
   */
  ModelCost(ModelConfig config, long weightBytes) {
    this.config = config;
    this.weightBytes = weightBytes;
  }

  /** Floating-point operations of a prompt of this length, of which the last token has logits. */
  double prefillFlops(int tokens) {
    return linearFlops(tokens) + headFlops(1) + attentionFlops(tokens * (tokens + 1.0) / 2);
  }

  /** Floating-point operations that an adapter adds for this many tokens. */
  double adapterFlops(AdapterCatalogue.Served adapter, int tokens) {
    double weights = (double) adapter.version().shape().packedBytes() / Float.BYTES;
    return 2 * weights * tokens;
  }

  /** Milliseconds of the slower of reading and arithmetic in a decode step of the base model. */
  double decodeMillis(int rows, int context, CeilingRates rates) {
    double kvBytes = (double) rows * context * DeviceModel.float32(config).cellBytes();
    double flops = linearFlops(rows) + headFlops(rows) + attentionFlops((double) rows * context);
    return 1e3 * Math.max((weightBytes + kvBytes) / rates.readBytes(), flops / rates.flops());
  }

  private double linearFlops(int tokens) {
    double weights = 0;
    for (LinearModule module : LinearModule.values()) {
      weights += (double) config.inputSize(module) * config.outputSize(module);
    }
    return 2 * weights * config.layers() * tokens;
  }

  private double headFlops(int rows) {
    return 2.0 * config.vocabularySize() * config.hiddenSize() * rows;
  }

  /** Queries by keys and weights by values, for this many pairs of tokens. */
  private double attentionFlops(double pairs) {
    return 4.0 * config.layers() * config.heads() * config.headSize() * pairs;
  }
}
