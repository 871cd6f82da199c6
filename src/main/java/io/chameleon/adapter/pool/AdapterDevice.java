package io.chameleon.adapter.pool;

import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.PackedAdapter;
import io.chameleon.memory.CellMover;
import io.chameleon.memory.CellRun;

/**
 * What the pool needs of the device. The engine makes it; all calls come from the engine thread.
 */
public interface AdapterDevice extends CellMover {

  /** Elements (not bytes) that a cell holds. */
  int cellElements();

  /** Copies a packed adapter from host memory into its cells. */
  void upload(PackedAdapter adapter, CellRun rest);

  /**
   * Copies an adapter's modules of one group from its cells into window rows; what the adapter
   * lacks becomes zero.
   *
   * @param adapter whose blocks say where its modules lie
   * @param rest the cells that hold it
   * @param window the cells of the group's window
   * @param shape the layout of the window's rows
   * @param rows where it goes
   */
  void placeRows(
      PackedAdapter adapter, CellRun rest, CellRun window, WindowShape shape, RowRange rows);
}
