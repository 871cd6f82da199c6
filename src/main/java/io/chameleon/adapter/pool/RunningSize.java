package io.chameleon.adapter.pool;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.catalogue.AdapterShape;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Cells that an adapter takes while it runs alone: its window rows, beside which its copy at rest
 * may leave; or where it rests, if it runs there. So this is all that it cannot do without.
 */
public final class RunningSize {

  /** Prompt and answer of the shortest request. */
  static final int FEWEST_TOKENS = 2;

  private final ToLongFunction<AdapterShape> cells;

  private RunningSize(ToLongFunction<AdapterShape> cells) {
    this.cells = cells;
  }

  /** On the device that a model lies on. */
  public static RunningSize on(DeviceModel model) {
    return model.evenAdapters()
        ? inPlace(model.cellBytes())
        : inWindows(model.config(), model.cellElements());
  }

  /**
   * In window rows.
   *
   * @param cellElements elements of a cell
   */
  public static RunningSize inWindows(ModelConfig model, int cellElements) {
    return new RunningSize(shape -> {
      long cells = 0;
      for (ModuleGroup group : ModuleGroup.values()) {
        long elements = (long) shape.rows(group) * new WindowShape(model, group).rowElements();
        cells += (elements + cellElements - 1) / cellElements;
      }
      return cells;
    });
  }

  /** Where it rests. */
  static RunningSize inPlace(long cellBytes) {
    return new RunningSize(shape -> (shape.packedBytes() + cellBytes - 1) / cellBytes);
  }

  /** Cells that it takes. */
  public int cells(AdapterShape shape) {
    return (int) Math.min(Integer.MAX_VALUE, cells.applyAsLong(shape));
  }

  /** Why an adapter can never run in an arena of so many cells, or nothing if it can. */
  public Optional<String> refusal(AdapterShape shape, int arenaCells) {
    int needed = cells(shape);
    return arenaCells - needed >= FEWEST_TOKENS
        ? Optional.empty()
        : Optional.of(
            "its rank of %d takes the memory of %d tokens while it runs; there is memory for %d"
                .formatted(shape.rank(), needed, arenaCells));
  }
}
