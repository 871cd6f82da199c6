package io.chameleon.adapter.pool;

import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.memory.CellRun;
import java.lang.foreign.MemorySegment;

/**
 * A device on which adapters run in windows, for the sake of dense products. Rows are those of one
 * group of modules, whose layout a {@link WindowShape} gives; what an adapter lacks is zero there.
 */
public interface WindowDevice extends AdapterDevice {

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
