package io.chameleon.engine.djl;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.chameleon.adapter.ModuleGroup;
import java.util.ArrayList;
import java.util.List;

/** The arguments of one step that are tensors, or come from them; all are freed on close. */
final class StepTensors implements AutoCloseable {

  /**
   * The segments of one group of modules.
   *
   * @param segments first and end row of the step, first and end row of the window, of each
   * @param masks one tensor for each
   */
  record Lora(IValue segments, IValue masks) {}

  final IValue ids;
  final IValue positions;
  final IValue slots;
  final IValue last;
  final Lora attention;
  final Lora mlp;

  private final TorchProgram program;
  private final List<PtNDArray> tensors = new ArrayList<>();
  private final List<IValue> values = new ArrayList<>();

  StepTensors(TorchProgram program, StepLayout layout) {
    this.program = program;
    this.ids = tensor(layout.ids);
    this.positions = tensor(layout.positions);
    this.slots = tensor(layout.slots);
    this.last = tensor(layout.last);
    this.attention = lora(LoraSegments.of(ModuleGroup.ATTENTION, layout.steps, layout.decodeRows));
    this.mlp = lora(LoraSegments.of(ModuleGroup.MLP, layout.steps, layout.decodeRows));
  }

  @Override
  public void close() {
    values.forEach(IValue::close);
    tensors.forEach(PtNDArray::close);
  }

  private IValue tensor(long[] numbers) {
    PtNDArray tensor = program.of(numbers);
    tensors.add(tensor);
    return kept(IValue.from(tensor));
  }

  private Lora lora(List<LoraSegments.Segment> segments) {
    long[] bounds = new long[segments.size() * 4];
    PtNDArray[] masks = new PtNDArray[segments.size()];
    for (int i = 0; i < masks.length; i++) {
      LoraSegments.Segment segment = segments.get(i);
      long[] four = {
        segment.firstToken(), segment.endToken(), segment.firstRow(), segment.endRow()
      };
      System.arraycopy(four, 0, bounds, i * 4, 4);
      masks[i] = mask(segment);
      tensors.add(masks[i]);
    }
    return new Lora(kept(IValue.listFrom(bounds)), kept(IValue.listFrom(masks)));
  }

  private PtNDArray mask(LoraSegments.Segment segment) {
    float[] numbers = segment.mask();
    if (numbers.length == 1) {
      return program.of(numbers, 1, 1);
    }
    int rows = segment.endToken() - segment.firstToken();
    return program.of(numbers, rows, numbers.length / rows);
  }

  private IValue kept(IValue value) {
    values.add(value);
    return value;
  }
}
