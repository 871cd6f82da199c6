package io.chameleon.engine.cuda;

import io.chameleon.engine.cuda.driver.CudaContext;
import io.chameleon.engine.cuda.driver.CudaEvent;
import io.chameleon.engine.cuda.driver.CudaStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Operators with a mark before and behind each, so that it can be told which part of a step takes
 * how long. Between two marks lies what the host takes to launch, where the device is faster.
 */
final class TimedOperators implements Operators, AutoCloseable {

  private final Operators operators;
  private final Activations on;
  private final CudaContext context;
  private final CudaStream stream;
  private final List<Part> parts = new ArrayList<>();

  /** A part of one layer, or of the whole step. */
  private record Part(String name, CudaEvent begin, CudaEvent end) {}

  TimedOperators(
      Operators operators, Activations activations, CudaContext context, CudaStream stream) {
    this.operators = operators;
    this.on = activations;
    this.context = context;
    this.stream = stream;
  }

  /** Milliseconds of each part, over all layers, once the step is done. */
  Map<String, Double> millis() {
    stream.synchronize();
    Map<String, Double> millis = new LinkedHashMap<>();
    for (Part part : parts) {
      millis.merge(part.name, part.end.millisSince(part.begin), Double::sum);
    }
    return millis;
  }

  /** Puts the choice of tokens, which is no operator of the network, behind the step. */
  void sampling(Runnable work) {
    time("sampling", work);
  }

  private void time(String name, Runnable work) {
    CudaEvent begin = CudaEvent.timed(context);
    CudaEvent end = CudaEvent.timed(context);
    parts.add(new Part(name, begin, end));
    begin.record(stream);
    work.run();
    end.record(stream);
  }

  @Override
  public void embed(Step step) {
    time("embedding", () -> operators.embed(step));
  }

  @Override
  public void norm(Step step, DeviceTensor weight) {
    time("norms", () -> operators.norm(step, weight));
  }

  @Override
  public void finalNorm(Step step, DeviceTensor weight) {
    time("norms", () -> operators.finalNorm(step, weight));
  }

  @Override
  public void linear(
      DeviceTensor from, DeviceTensor weight, DeviceTensor to, int rows, boolean accumulate) {
    time(product(from, to), () -> operators.linear(from, weight, to, rows, accumulate));
  }

  @SuppressWarnings("ReferenceEquality") // buffers are told apart by themselves
  private String product(DeviceTensor from, DeviceTensor to) {
    if (to == on.qkv) {
      return "product q, k, v";
    }
    if (to == on.gateUp) {
      return "product gate, up";
    }
    if (to == on.logits) {
      return "product head";
    }
    return from == on.gated ? "product down" : "product o";
  }

  @Override
  public void addBias(Step step, DeviceTensor to, DeviceTensor bias) {
    time("biases", () -> operators.addBias(step, to, bias));
  }

  @Override
  public void rope(Step step, int layer) {
    time("rope, K and V", () -> operators.rope(step, layer));
  }

  @Override
  public void attention(Step step, int layer) {
    time("attention", () -> operators.attention(step, layer));
  }

  @Override
  public void gate(Step step, GpuWeights.Layer layer) {
    time("silu, mul", () -> operators.gate(step, layer));
  }

  @Override
  public void lora(Step step, int layer, LoraSite site) {
    time("LoRA " + site.label(), () -> operators.lora(step, layer, site));
  }

  /** Where it is one part it counts as the updates'. */
  @Override
  public void loraAndRope(Step step, int layer) {
    if (operators.joinsLoraAndRope()) {
      time("LoRA " + LoraSite.QKV.label() + ", rope", () -> operators.loraAndRope(step, layer));
    } else {
      Operators.super.loraAndRope(step, layer);
    }
  }

  @Override
  public void prepare(Step step) {
    operators.prepare(step);
  }

  @Override
  public void close() {
    for (Part part : parts) {
      part.begin.close();
      part.end.close();
    }
  }
}
