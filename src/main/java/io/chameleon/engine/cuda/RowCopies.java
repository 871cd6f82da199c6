package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.model.DeviceModel;

/**
 * Copies of an adapter's rows between where it lies packed and the window, a copy for each row of A
 * and of Bᵀ.
 */
final class RowCopies {

  private final DeviceModel model;
  private final DeviceQueue queue;

  RowCopies(DeviceModel model, DeviceQueue queue) {
    this.model = model;
    this.queue = queue;
  }

  /** A stretch of an adapter: where it lies packed, and in the window, in elements. */
  @FunctionalInterface
  private interface Stretch {
    void at(long packed, long row, int elements);
  }

  /** Fills window rows with zeros. */
  void clear(long window, WindowShape shape, RowRange rows) {
    queue.clear(
        window + model.bytes((long) rows.first() * shape.rowElements()),
        model.bytes((long) rows.count() * shape.rowElements()));
  }

  /** Copies rows from where the adapter lies packed into the window. */
  void place(AdapterLayout layout, long packed, long window, WindowShape shape, RowRange rows) {
    forEachRow(
        layout, shape, rows, (from, to, elements) -> copy(packed, from, window, to, elements));
  }

  /** The reverse. */
  void save(AdapterLayout layout, long window, long packed, WindowShape shape, RowRange rows) {
    forEachRow(
        layout, shape, rows, (to, from, elements) -> copy(window, from, packed, to, elements));
  }

  private void copy(long source, long from, long target, long to, int elements) {
    queue.copy(target + model.bytes(to), source + model.bytes(from), model.bytes(elements));
  }

  private void forEachRow(AdapterLayout layout, WindowShape shape, RowRange rows, Stretch stretch) {
    for (AdapterLayout.Block block : layout.blocks()) {
      if (ModuleGroup.of(block.module()) == shape.group()) {
        forEachRow(block, shape, rows.first(), stretch);
      }
    }
  }

  private void forEachRow(
      AdapterLayout.Block block, WindowShape shape, int firstRow, Stretch stretch) {
    int inputs = model.config().inputSize(block.module());
    int outputs = model.config().outputSize(block.module());
    long a = block.offset();
    long b = a + (long) block.rank() * inputs;
    for (int r = 0; r < block.rank(); r++) {
      long row =
          (long) (firstRow + r) * shape.rowElements()
              + (long) block.layer() * shape.layerElements();
      stretch.at(a + (long) r * inputs, row + shape.offsetOfA(block.module()), inputs);
      stretch.at(b + (long) r * outputs, row + shape.offsetOfB(block.module()), outputs);
    }
  }
}
