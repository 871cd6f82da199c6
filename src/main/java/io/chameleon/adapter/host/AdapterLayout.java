package io.chameleon.adapter.host;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.model.LinearModule;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the numbers of a packed adapter lie: for each of its modules, A (rank, in) and then Bᵀ
 * (rank, out), true ranks, nothing for modules it lacks. The same in host memory and at rest on the
 * device. It is even where adapters run in place: layer by layer, with the same modules and ranks
 * in each, zeros where the adapter has less.
 *
 * @param contentHash hex SHA-256 over configuration and weights: the adapter's identity
 * @param scaling the scaling of the adapter; where a module's differs, its B carries the quotient
 * @param blocks where each module lies
 * @param bytes all of it
 * @param windowRows rows it takes in each group's window: its largest rank there
 */
public record AdapterLayout(
    String contentHash,
    float scaling,
    List<Block> blocks,
    long bytes,
    Map<ModuleGroup, Integer> windowRows) {

  /**
   * The A and Bᵀ of one module of one layer.
   *
   * @param layer decoder layer, from 0
   * @param module which linear module
   * @param rank rows of A and of Bᵀ
   * @param offset of A within the weights, in elements; Bᵀ follows A
   */
  public record Block(int layer, LinearModule module, int rank, long offset) {}

  public AdapterLayout {
    blocks = List.copyOf(blocks);
    windowRows = Map.copyOf(windowRows);
  }

  /** A layout of these blocks, whose window rows follow from them. */
  public static AdapterLayout of(
      String contentHash, float scaling, List<Block> blocks, long bytes) {
    Map<ModuleGroup, Integer> rows = new EnumMap<>(ModuleGroup.class);
    for (Block block : blocks) {
      rows.merge(ModuleGroup.of(block.module()), block.rank(), Math::max);
    }
    return new AdapterLayout(contentHash, scaling, blocks, bytes, rows);
  }

  /** Window rows in a group, 0 if it has no module there. */
  public int rows(ModuleGroup group) {
    return windowRows.getOrDefault(group, 0);
  }

  /** Where a module lies in the first layer of an even layout; null if it is not there. */
  public @Nullable Block firstLayer(LinearModule module) {
    for (Block block : blocks) {
      if (block.layer() > 0) {
        break;
      }
      if (block.module() == module) {
        return block;
      }
    }
    return null;
  }

  /** Elements from a layer to the next of an even layout; 0 if it has one layer. */
  public long layerElements() {
    for (Block block : blocks) {
      if (block.layer() > 0) {
        return block.offset();
      }
    }
    return 0;
  }

  /** The largest rank of any module. */
  public int rank() {
    return blocks.stream().mapToInt(Block::rank).max().orElse(0);
  }
}
