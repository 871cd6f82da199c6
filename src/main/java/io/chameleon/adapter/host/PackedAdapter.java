package io.chameleon.adapter.host;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.model.LinearModule;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * An adapter in host memory, packed as it lies on the device: for each of its modules, A (rank, in)
 * and then Bᵀ (rank, out), 4-byte floats, true ranks, nothing for modules it lacks.
 *
 * @param name the name under which requests ask for it
 * @param scaling the scaling of the adapter; where a module's differs, its B carries the quotient
 * @param blocks where each module lies
 * @param weights all blocks, one after the other
 */
public record PackedAdapter(String name, float scaling, List<Block> blocks, MemorySegment weights) {

  /**
   * The A and Bᵀ of one module of one layer.
   *
   * @param layer decoder layer, from 0
   * @param module which linear module
   * @param rank rows of A and of Bᵀ
   * @param offset of A within the weights, in elements; Bᵀ follows A
   */
  public record Block(int layer, LinearModule module, int rank, long offset) {}

  /** Window rows it takes in a group: its largest rank there, or 0. */
  public int rows(ModuleGroup group) {
    return blocks.stream()
        .filter(block -> ModuleGroup.of(block.module()) == group)
        .mapToInt(Block::rank)
        .max()
        .orElse(0);
  }

  /** Bytes at rest. */
  public long bytes() {
    return weights.byteSize();
  }
}
