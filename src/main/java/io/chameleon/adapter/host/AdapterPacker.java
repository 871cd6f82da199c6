package io.chameleon.adapter.host;

import io.chameleon.adapter.EvenRanks;
import io.chameleon.adapter.peft.AdapterFile;
import io.chameleon.adapter.peft.LoraModule;
import io.chameleon.model.BFloat16;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import io.chameleon.model.LinearModule;
import io.chameleon.model.ModelConfig;
import io.chameleon.model.TensorReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Packs the tensors of an {@link AdapterFile} into the device's layout, in host memory. */
public final class AdapterPacker {

  private final ModelConfig model;
  private final ElementType numbers;
  private final HostBlock.Allocator memory;
  private final boolean even;

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
    this.even = model.evenAdapters();
  }

  /**
   * The packed adapter, held once, by the caller.
   *
   * @param contentHash its identity
   */
  public PackedAdapter pack(String contentHash, AdapterFile file) {
    List<AdapterLayout.Block> blocks = even ? evenBlocks(file) : trueBlocks(file);
    long elements = 0;
    for (AdapterLayout.Block each : blocks) {
      elements += elementsOf(each);
    }
    HostBlock block = memory.allocate(elements * numbers.bytes());
    if (elements > elementsOf(file)) {
      // Where the adapter has less than its place, nothing is added.
      block.memory().fill((byte) 0);
    }
    Map<Site, AdapterLayout.Block> places = new HashMap<>();
    blocks.forEach(each -> places.put(new Site(each.layer(), each.module()), each));
    for (LoraModule lora : file.modules()) {
      AdapterLayout.Block place =
          Objects.requireNonNull(places.get(new Site(lora.layer(), lora.module())));
      write(lora, lora.scaling() / file.scaling(), block.memory(), place);
    }
    long bytes = elements * numbers.bytes();
    return new PackedAdapter(AdapterLayout.of(contentHash, file.scaling(), blocks, bytes), block);
  }

  /** A module of a layer. */
  private record Site(int layer, LinearModule module) {}

  private List<AdapterLayout.Block> trueBlocks(AdapterFile file) {
    List<AdapterLayout.Block> blocks = new ArrayList<>();
    long elements = 0;
    for (LoraModule lora : file.modules()) {
      blocks.add(new AdapterLayout.Block(lora.layer(), lora.module(), lora.rank(), elements));
      elements += elementsOf(blocks.getLast());
    }
    return blocks;
  }

  private List<AdapterLayout.Block> evenBlocks(AdapterFile file) {
    EvenRanks ranks = new EvenRanks();
    file.modules().forEach(lora -> ranks.add(lora.module(), lora.rank()));
    List<AdapterLayout.Block> blocks = new ArrayList<>();
    long elements = 0;
    for (int layer = 0; layer < model.layers(); layer++) {
      for (Map.Entry<LinearModule, Integer> each : ranks.ranks().entrySet()) {
        blocks.add(new AdapterLayout.Block(layer, each.getKey(), each.getValue(), elements));
        elements += elementsOf(blocks.getLast());
      }
    }
    return blocks;
  }

  private long elementsOf(AdapterFile file) {
    long elements = 0;
    for (LoraModule lora : file.modules()) {
      elements += (long) lora.rank() * EvenRanks.sides(model, lora.module());
    }
    return elements;
  }

  private long elementsOf(AdapterLayout.Block block) {
    return (long) block.rank() * EvenRanks.sides(model, block.module());
  }

  private void write(
      LoraModule lora, float relativeScaling, MemorySegment weights, AdapterLayout.Block place) {
    copy(TensorReader.floats(lora.a()), weights, place.offset());
    copy(
        transposed(TensorReader.floats(lora.b()), lora.rank(), relativeScaling),
        weights,
        place.offset() + (long) place.rank() * model.inputSize(lora.module()));
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
