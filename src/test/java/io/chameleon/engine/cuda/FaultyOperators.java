package io.chameleon.engine.cuda;

import java.lang.foreign.Arena;

/** Operators that spoil a single number of what each part gives. */
record FaultyOperators(GpuModel model, Operators right, Fault fault) implements Operators {

  /** What is wrong. */
  enum Fault {
    /** The last number of the first row is another. */
    WRONG,

    /** The last number of the first row was not written. */
    UNWRITTEN,

    /** The last number of the first row is no number. */
    NAN,

    /** A number behind the last row was written. */
    BEYOND
  }

  @Override
  public void prepare(Step step) {
    right.prepare(step);
  }

  @Override
  public void embed(Step step) {
    right.embed(step);
    spoil(model.activations().residual, step.filled());
  }

  @Override
  public void norm(Step step, DeviceTensor weight) {
    right.norm(step, weight);
    spoil(model.activations().normed, step.filled());
  }

  @Override
  public void finalNorm(Step step, DeviceTensor weight) {
    right.finalNorm(step, weight);
    spoil(model.activations().finals, step.wanted());
  }

  @Override
  public void linear(
      DeviceTensor from, DeviceTensor weight, DeviceTensor to, int rows, boolean accumulate) {
    right.linear(from, weight, to, rows, accumulate);
    spoil(to, rows);
  }

  @Override
  public void addBias(Step step, DeviceTensor to, DeviceTensor bias) {
    right.addBias(step, to, bias);
    spoil(to, step.filled());
  }

  @Override
  public void rope(Step step, int layer) {
    right.rope(step, layer);
    // Of the arena: the keys of the step's first token, or the cell behind the last.
    var steps = step.rows().steps();
    var sequence = fault == Fault.BEYOND ? steps.getLast() : steps.getFirst();
    long cell = (long) sequence.kv().start() + sequence.position();
    long at = cell * model.model().cellElements() + model.keyOffset(layer);
    long next = (long) sequence.count() * model.model().cellElements();
    spoilAt(model.arena().cells(), fault == Fault.BEYOND ? at + next : at);
  }

  @Override
  public void attention(Step step, int layer) {
    right.attention(step, layer);
    spoil(model.activations().attended, step.filled());
  }

  @Override
  public void gate(Step step, GpuWeights.Layer layer) {
    right.gate(step, layer);
    spoil(model.activations().gated, step.filled());
  }

  @Override
  public void lora(Step step, int layer, LoraSite site) {
    right.lora(step, layer, site);
    spoil(model.outputOf(site), step.filled());
  }

  private void spoil(DeviceTensor tensor, int rows) {
    spoilAt(tensor, tensor.columns() * (fault == Fault.BEYOND ? rows + 1L : 1) - 1);
  }

  private void spoilAt(DeviceTensor tensor, long index) {
    DeviceQueue queue = model.input().queue();
    try (Arena memory = Arena.ofConfined()) {
      Contents contents = Contents.of(tensor, queue, memory);
      switch (fault) {
        case WRONG -> contents.set(index, contents.get(index) + 1);
        case UNWRITTEN -> contents.poison(index);
        case NAN -> contents.set(index, Double.NaN);
        case BEYOND -> contents.set(index, 0);
      }
      contents.write(queue);
    }
  }
}
