package io.chameleon.adapter.host;

import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.peft.LoraModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.TensorReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Packs the tensors of an {@link AdapterFile} into the device's layout, in host memory. */
public final class AdapterPacker {

  private final ModelConfig model;
  private final HostBlock.Allocator memory;

  public AdapterPacker(ModelConfig model, HostBlock.Allocator memory) {
    this.model = model;
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
    HostBlock block = memory.allocate(elements * Float.BYTES);
    for (int i = 0; i < blocks.size(); i++) {
      LoraModule lora = file.modules().get(i);
      write(lora, lora.scaling() / file.scaling(), block.memory(), blocks.get(i).offset());
    }
    long bytes = elements * Float.BYTES;
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

  private static void copy(float[] from, MemorySegment to, long offset) {
    MemorySegment.copy(from, 0, to, ValueLayout.JAVA_FLOAT, offset * Float.BYTES, from.length);
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
