package io.chameleon.engine.cuda;

/**
 * The parts of a step. Each reads and writes the first rows of the {@link Activations}; what a
 * step's rows are stands in the {@link StepInput}.
 */
interface Operators {

  /** residual = rows of the embedding table. */
  void embed(Step step);

  /** normed = RMSNorm of the residual. */
  void norm(Step step, DeviceTensor weight);

  /** finals = RMSNorm of the residual's rows whose logits are wanted. */
  void finalNorm(Step step, DeviceTensor weight);

  /**
   * to = from weightᵀ, or to += from weightᵀ.
   *
   * @param rows of from and to
   */
  void linear(
      DeviceTensor from, DeviceTensor weight, DeviceTensor to, int rows, boolean accumulate);

  /** to += bias, in all rows of the step. */
  void addBias(Step step, DeviceTensor to, DeviceTensor bias);

  /** Adds the bias of qkv, norms heads, rotates q and k, and writes k and v to the arena. */
  void rope(Step step, int layer);

  /** attended = attention of all rows. */
  void attention(Step step, int layer);

  /** gated = silu(gate + bias) × (up + bias). */
  void gate(Step step, GpuWeights.Layer layer);

  /** Adds the low-rank updates of the step's adapters. */
  void lora(Step step, int layer, LoraSite site);

  /**
   * The updates of q, k and v if there are any, then {@link #rope}. What of k and v stays in qkv is
   * of no use to anybody.
   */
  default void loraAndRope(Step step, int layer) {
    if (step.rows().touches(LoraSite.QKV.group())) {
      lora(step, layer, LoraSite.QKV);
    }
    rope(step, layer);
  }

  /** Whether {@link #loraAndRope} of the step that was prepared last is one part for some rows. */
  default boolean joinsLoraAndRope() {
    return false;
  }

  /** Gets its own numbers of a step ready, before the first of its parts. */
  void prepare(Step step);
}
