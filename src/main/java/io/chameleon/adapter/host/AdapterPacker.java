package io.chameleon.adapter.host;

import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.peft.LoraModule;
import io.chameleon.model.BFloat16;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.TensorReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Packs the tensors of an {@link AdapterFile} into the device's layout, in host memory. */
public final class AdapterPacker {

  private final ModelConfig model;
  private final ElementType numbers;
  private final HostBlock.Allocator memory;

  /**
   * @param model whose adapters they are, as it lies on the device
   * @param memory where they are put
   * @throws IllegalArgumentException if devices do not compute with such numbers
   */
  public AdapterPacker(DeviceModel model, HostBlock.Allocator memory) {
    this.model = model.config();
    this.numbers = model.numbers();
    if (numbers == ElementType.F16) {
      throw new IllegalArgumentException("adapters are packed as BF16 or F32, not as " + numbers);
    }
    this.memory = memory;
  }

  /**
   * The packed adapter, held once, by the caller.
   *
   * @param contentHash its identity
   */
  public PackedAdapter pack(String contentHash, AdapterFile file) {
    List<AdapterLayout.Block> blocks = new ArrayList<>();
    long elements = 0;
    for (LoraModule lora : file.modules()) {
      blocks.add(new AdapterLayout.Block(lora.layer(), lora.module(), lora.rank(), elements));
      elements += elementsOf(lora);
    }
    HostBlock block = memory.allocate(elements * numbers.bytes());
    for (int i = 0; i < blocks.size(); i++) {
      LoraModule lora = file.modules().get(i);
      write(lora, lora.scaling() / file.scaling(), block.memory(), blocks.get(i).offset());
    }
    long bytes = elements * numbers.bytes();
    return new PackedAdapter(AdapterLayout.of(contentHash, file.scaling(), blocks, bytes), block);
  }

  private long elementsOf(LoraModule lora) {
    return (long) lora.rank() * (model.inputSize(lora.module()) + model.outputSize(lora.module()));
  }

  private void write(LoraModule lora, float relativeScaling, MemorySegment weights, long offset) {
    float[] a = TensorReader.floats(lora.a());
    float[] b = transposed(TensorReader.floats(lora.b()), lora.rank(), relativeScaling);
    copy(a, weights, offset);
    copy(b, weights, offset + a.length);
  }

  private void copy(float[] from, MemorySegment to, long offset) {
    if (numbers == ElementType.F32) {
      MemorySegment.copy(from, 0, to, ValueLayout.JAVA_FLOAT, offset * Float.BYTES, from.length);
    } else {
      short[] halves = BFloat16.of(from);
      MemorySegment.copy(
          halves, 0, to, ValueLayout.JAVA_SHORT, offset * Short.BYTES, halves.length);
    }
  }

  /** B (out, rank) as Bᵀ (rank, out), times a factor that is 1 unless a pattern says otherwise. */
  private static float[] transposed(float[] b, int rank, float factor) {
    int out = b.length / rank;
    float[] t = new float[b.length];
    for (int o = 0; o < out; o++) {
      for (int r = 0; r < rank; r++) {
        t[r * out + o] = b[o * rank + r] * factor;
      }
    }
    return t;
  }
}
