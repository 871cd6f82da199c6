package io.chameleon.simulation;

import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.pool.WindowDevice;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.memory.CellRun;
import java.lang.foreign.MemorySegment;

/** The same device, on which adapters run in windows. */
final class SimulatedWindows extends SimulatedDevice implements WindowDevice {

  private final SimulatedLink link;

  private final SimulatedModel model;

  /**
   * A device with an empty arena.
   *
   * @param copyBytesPerSecond how fast cells are copied on the device; infinite if that is free
   */
  SimulatedWindows(
      VirtualClock clock, SimulatedLink link, SimulatedModel model, double copyBytesPerSecond) {
    super(clock, link, model, copyBytesPerSecond);
    this.link = link;
    this.model = model;
  }

  @Override
  public void placeRows(
      AdapterLayout layout, CellRun rest, CellRun window, WindowShape shape, RowRange rows) {
    copy(rows.count() * rowBytes(shape));
  }

  @Override
  public void placeRows(
      AdapterLayout layout,
      MemorySegment weights,
      CellRun window,
      WindowShape shape,
      RowRange rows) {
    var _ = link.start(rows.count() * rowBytes(shape)).join();
  }

  @Override
  public void saveRows(
      AdapterLayout layout, CellRun window, WindowShape shape, RowRange rows, CellRun rest) {
    copy(rows.count() * rowBytes(shape));
  }

  private long rowBytes(WindowShape shape) {
    return (long) shape.rowElements() * model.elementBytes();
  }
}
