package io.chameleon.engine.cuda;

import io.chameleon.adapter.ModuleGroup;
import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ModelConfig;

/**
 * Copies of an adapter's rows between where it lies packed and the window: for each module of each
 * layer the rows of A and those of Bᵀ.
 */
final class RowCopies {

  private final DeviceModel model;
  private final DeviceQueue queue;
  private final BlockCopies copies;

  /** Copies blocks of rows; addresses and distances in elements, from two addresses in bytes. */
  interface BlockCopies {

    /** Begins a copy from one place to another. */
    void begin(long from, long to);

    /** Adds a block: where it begins, how many rows, how far they are apart, how long they are. */
    void add(Block block);

    /** Puts the copy into the queue. */
    void end();
  }

  /**
   * Rows at equal distances.
   *
   * @param from first element on one side
   * @param to first element on the other
   * @param rows how many
   * @param fromStride from one to the next on one side
   * @param toStride on the other
   * @param elements of a row
   */
  record Block(long from, long to, int rows, long fromStride, long toStride, int elements) {

    /** The other way. */
    Block reversed() {
      return new Block(to, from, rows, toStride, fromStride, elements);
    }
  }

  RowCopies(DeviceModel model, DeviceQueue queue, BlockCopies copies) {
    this.model = model;
    this.queue = queue;
    this.copies = copies;
  }

  /** Copies rows from where the adapter lies packed into the window; what it lacks becomes zero. */
  void place(AdapterLayout layout, long packed, long window, WindowShape shape, RowRange rows) {
    long first = window + model.bytes((long) rows.first() * shape.rowElements());
    if (!fills(layout, shape, rows)) {
      queue.clear(first, model.bytes((long) rows.count() * shape.rowElements()));
    }
    copies.begin(packed, first);
    forEachBlock(layout, shape, false);
    copies.end();
  }

  /** The reverse. */
  void save(AdapterLayout layout, long window, long packed, WindowShape shape, RowRange rows) {
    copies.begin(window + model.bytes((long) rows.first() * shape.rowElements()), packed);
    forEachBlock(layout, shape, true);
    copies.end();
  }

  /** Whether the adapter has every number of its rows. */
  private boolean fills(AdapterLayout layout, WindowShape shape, RowRange rows) {
    ModelConfig config = model.config();
    long elements = 0;
    for (AdapterLayout.Block block : layout.blocks()) {
      if (ModuleGroup.of(block.module()) == shape.group()) {
        int sides = config.inputSize(block.module()) + config.outputSize(block.module());
        elements += (long) block.rank() * sides;
      }
    }
    return elements == (long) rows.count() * config.layers() * shape.layerElements();
  }

  private void forEachBlock(AdapterLayout layout, WindowShape shape, boolean reversed) {
    for (AdapterLayout.Block block : layout.blocks()) {
      if (ModuleGroup.of(block.module()) == shape.group()) {
        int inputs = model.config().inputSize(block.module());
        int outputs = model.config().outputSize(block.module());
        long layer = (long) block.layer() * shape.layerElements();
        long a = block.offset();
        long b = a + (long) block.rank() * inputs;
        add(rows(a, layer + shape.offsetOfA(block.module()), block, shape, inputs), reversed);
        add(rows(b, layer + shape.offsetOfB(block.module()), block, shape, outputs), reversed);
      }
    }
  }

  private static Block rows(
      long packed, long row, AdapterLayout.Block block, WindowShape shape, int elements) {
    return new Block(packed, row, block.rank(), elements, shape.rowElements(), elements);
  }

  private void add(Block block, boolean reversed) {
    copies.add(reversed ? block.reversed() : block);
  }
}
