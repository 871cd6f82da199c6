package io.chameleon.adapter.pool;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.catalogue.AdapterShape;
import io.chameleon.model.ModelConfig;
import java.util.Optional;

/**
 * Cells that an adapter takes while it runs alone: its window rows. Its copy at rest may leave
 * then, so this is all that it cannot do without.
 *
 * @param model whose adapters they are
 * @param cellElements elements of a cell
 */
public record RunningSize(ModelConfig model, int cellElements) {

  /** Prompt and answer of the shortest request. */
  private static final int FEWEST_TOKENS = 2;

  /** Cells that its rows take. */
  public int cells(AdapterShape shape) {
    long cells = 0;
    for (ModuleGroup group : ModuleGroup.values()) {
      long elements = (long) shape.rows(group) * new WindowShape(model, group).rowElements();
      cells += (elements + cellElements - 1) / cellElements;
    }
    return (int) Math.min(Integer.MAX_VALUE, cells);
  }

  /** Why an adapter can never run in an arena of so many cells, or nothing if it can. */
  public Optional<String> refusal(AdapterShape shape, int arenaCells) {
    int cells = cells(shape);
    return arenaCells - cells >= FEWEST_TOKENS
        ? Optional.empty()
        : Optional.of(
            "its rank of %d takes the memory of %d tokens while it runs; there is memory for %d"
                .formatted(shape.rank(), cells, arenaCells));
  }
}
