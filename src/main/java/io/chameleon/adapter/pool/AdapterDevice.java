package io.chameleon.adapter.pool;

import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.memory.CellMover;
import io.chameleon.memory.CellRun;
import io.chameleon.model.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * What the pool needs of the device. The engine makes it; all calls come from the engine thread.
 * Rows are those of one group of modules, whose layout a {@link WindowShape} gives; what an adapter
 * lacks is zero there.
 */
public interface AdapterDevice extends CellMover {

  /** Elements (not bytes) that a cell holds. */
  int cellElements();

  /** Format of the elements: 4-byte floats, where a device does not say otherwise. */
  default ElementType numbers() {
    return ElementType.F32;
  }

  /**
   * Copies packed weights from host memory into cells, beside the steps of the engine.
   *
   * @param weights must stay until it is done
   * @param rest cells that must neither move nor be read until it is done
   * @return done when the copy is, on any thread
   */
  CompletableFuture<Void> upload(MemorySegment weights, CellRun rest);

  /** Copies an adapter at rest into window rows. */
  void placeRows(
      AdapterLayout layout, CellRun rest, CellRun window, WindowShape shape, RowRange rows);

  /** Copies an adapter from host memory straight into window rows; done when it returns. */
  void placeRows(
      AdapterLayout layout,
      MemorySegment weights,
      CellRun window,
      WindowShape shape,
      RowRange rows);

  /** The reverse of placing: copies window rows back to cells at rest. */
  void saveRows(
      AdapterLayout layout, CellRun window, WindowShape shape, RowRange rows, CellRun rest);
}
