package io.chameleon.engine.cuda;

import io.chameleon.model.DeviceModel;

/** Blocks copied row by row, each a copy in the queue. */
final class QueuedCopies implements RowCopies.BlockCopies {

  private final DeviceModel model;
  private final DeviceQueue queue;
  private long from;
  private long to;

  QueuedCopies(DeviceModel model, DeviceQueue queue) {
    this.model = model;
    this.queue = queue;
  }

  @Override
  public void begin(long source, long target) {
    from = source;
    to = target;
  }

  @Override
  public void add(RowCopies.Block block) {
    for (int row = 0; row < block.rows(); row++) {
      queue.copy(
          to + model.bytes(block.to() + row * block.toStride()),
          from + model.bytes(block.from() + row * block.fromStride()),
          model.bytes(block.elements()));
    }
  }

  @Override
  public void end() {
    // Everything is in the queue.
  }
}
