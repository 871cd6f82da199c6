package io.chameleon.engine.cuda;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Overwrites a model's weights by random ones that keep every number near 1: products of unit gain,
 * weights of norms that differ, biases that matter.
 */
final class RandomModel {

  private static final double NORM_SPREAD = 0.5;

  private final DeviceQueue queue;
  private final SplittableRandom random;

  RandomModel(DeviceQueue queue, long seed) {
    this.queue = queue;
    this.random = new SplittableRandom(seed);
  }

  void write(GpuModel model) {
    GpuWeights weights = model.weights();
    fill(weights.embedding(), 0, Contents.UNIT);
    norm(weights.norm());
    if (!model.config().tiedEmbeddings()) {
      matrix(weights.head());
    }
    for (int i = 0; i < model.config().layers(); i++) {
      GpuWeights.Layer layer = weights.layer(i);
      norm(layer.attentionNorm());
      norm(layer.mlpNorm());
      norm(layer.queryNorm());
      norm(layer.keyNorm());
      matrix(layer.qkv());
      matrix(layer.output());
      matrix(layer.gateUp());
      matrix(layer.down());
      bias(layer.qkvBias());
      bias(layer.outputBias());
      bias(layer.gateUpBias());
      bias(layer.downBias());
    }
  }

  private void matrix(DeviceTensor weight) {
    fill(weight, 0, Contents.UNIT / Math.sqrt((double) weight.columns()));
  }

  private void norm(@Nullable DeviceTensor weight) {
    fill(weight, 1, NORM_SPREAD);
  }

  private void bias(@Nullable DeviceTensor bias) {
    fill(bias, 0, 1);
  }

  private void fill(@Nullable DeviceTensor tensor, double mean, double spread) {
    if (tensor == null) {
      return;
    }
    try (Arena memory = Arena.ofConfined()) {
      Contents contents = Contents.poison(tensor, memory);
      contents.randomize(0, contents.size(), mean, spread, random);
      contents.write(queue);
    }
  }
}
