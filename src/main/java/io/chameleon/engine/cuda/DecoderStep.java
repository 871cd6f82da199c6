package io.chameleon.engine.cuda;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The forward pass: which part follows which. */
final class DecoderStep {

  private final GpuModel model;
  private final Operators operators;

  DecoderStep(GpuModel model, Operators operators) {
    this.model = model;
    this.operators = operators;
  }

  /** Puts a whole pass into the queue; the logits of the rows wanted are in their buffer then. */
  void run(Step step) {
    run(step, layer -> {});
  }

  /**
   * The same for a step some of whose adapters are still on the way: each layer waits for its own.
   */
  void runBehindUploads(Step step) {
    run(step, layer -> model.arena().uploads().await(step.rows(), layer));
  }

  private void run(Step step, IntConsumer beforeLayer) {
    operators.embed(step);
    for (int layer = 0; layer < model.config().layers(); layer++) {
      beforeLayer.accept(layer);
      attentionBlock(step, layer);
      mlpBlock(step, layer);
    }
    if (step.wanted() > 0) {
      Activations on = model.activations();
      operators.finalNorm(step, model.weights().norm());
      operators.linear(on.finals, model.weights().head(), on.logits, step.wanted(), false);
    }
  }

  /**
   * Puts each product of a layer into the queue once, so that whoever makes it has met this number
   * of rows before a request brings it. Buffers are to hold zeros, and do so afterwards.
   */
  void meet(int rows) {
    GpuWeights.Layer weights = model.weights().layer(0);
    Activations on = model.activations();
    operators.linear(on.normed, weights.qkv(), on.qkv, rows, false);
    operators.linear(on.attended, weights.output(), on.residual, rows, true);
    operators.linear(on.normed, weights.gateUp(), on.gateUp, rows, false);
    operators.linear(on.gated, weights.down(), on.residual, rows, true);
  }

  private void attentionBlock(Step step, int layer) {
    GpuWeights.Layer weights = model.weights().layer(layer);
    Activations on = model.activations();
    operators.norm(step, weights.attentionNorm());
    operators.linear(on.normed, weights.qkv(), on.qkv, step.filled(), false);
    operators.loraAndRope(step, layer);
    operators.attention(step, layer);
    operators.linear(on.attended, weights.output(), on.residual, step.filled(), true);
    addBias(step, weights.outputBias());
    lora(step, layer, LoraSite.OUTPUT);
  }

  private void mlpBlock(Step step, int layer) {
    GpuWeights.Layer weights = model.weights().layer(layer);
    Activations on = model.activations();
    operators.norm(step, weights.mlpNorm());
    operators.linear(on.normed, weights.gateUp(), on.gateUp, step.filled(), false);
    lora(step, layer, LoraSite.GATE_UP);
    operators.gate(step, weights);
    operators.linear(on.gated, weights.down(), on.residual, step.filled(), true);
    addBias(step, weights.downBias());
    lora(step, layer, LoraSite.DOWN);
  }

  private void addBias(Step step, @Nullable DeviceTensor bias) {
    if (bias != null) {
      operators.addBias(step, model.activations().residual, bias);
    }
  }

  private void lora(Step step, int layer, LoraSite site) {
    if (step.rows().touches(site.group())) {
      operators.lora(step, layer, site);
    }
  }
}
