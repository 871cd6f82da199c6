package io.chameleon.engine.cuda;

import io.chameleon.adapter.RowRange;
import io.chameleon.adapter.host.AdapterLayout;
import io.chameleon.adapter.pool.AdapterDevice;
import io.chameleon.adapter.pool.WindowShape;
import io.chameleon.memory.CellRun;
import io.chameleon.model.DeviceModel;
import io.chameleon.model.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;

/**
 * The arena's bytes on a GPU: one allocation of libtorch's, laid out {@code [cell][layer][k|v][KV
 * head][head size]}. Copies within it are put into the queue of the steps, so that each step sees
 * what was done before it.
 */
final class GpuArena implements AdapterDevice {

  /** Bytes that a move within overlapping runs carries at once. */
  private static final long BOUNCE_BYTES = 16L << 20;

  private final DeviceModel model;
  private final DeviceTensor cells;
  private final DeviceTensor bounce;
  private final DeviceQueue queue;
  private final RowCopies rows;
  private final Uploader uploader;

  /**
   * Takes the memory.
   *
   * @param count cells
   * @param copies of blocks of rows
   */
  GpuArena(
      DeviceModel model,
      TorchMemory memory,
      int count,
      DeviceQueue queue,
      RowCopies.BlockCopies copies,
      Uploader uploader) {
    this.model = model;
    TorchMemory.Kind kind = CheckpointWeights.kind(model.numbers());
    this.cells = memory.zeros(kind, count, model.cellElements());
    this.bounce = memory.zeros(TorchMemory.Kind.INT8, 1, BOUNCE_BYTES);
    this.queue = queue;
    this.rows = new RowCopies(model, queue, copies);
    this.uploader = uploader;
  }

  /** All cells, as (cells, elements of a cell). */
  DeviceTensor cells() {
    return cells;
  }

  @Override
  public int cellElements() {
    return model.cellElements();
  }

  @Override
  public ElementType numbers() {
    return model.numbers();
  }

  @Override
  public void move(CellRun from, CellRun to, int count) {
    long bytes = count * model.cellBytes();
    long source = address(from);
    long target = address(to);
    if (Math.abs(source - target) >= bytes) {
      queue.copy(target, source, bytes);
    } else if (target < source) {
      for (long at = 0; at < bytes; at += BOUNCE_BYTES) {
        bounce(source + at, target + at, Math.min(BOUNCE_BYTES, bytes - at));
      }
    } else if (target > source) {
      for (long end = bytes; end > 0; end -= BOUNCE_BYTES) {
        long at = Math.max(0, end - BOUNCE_BYTES);
        bounce(source + at, target + at, end - at);
      }
    }
  }

  private void bounce(long from, long to, long bytes) {
    queue.copy(bounce.address(), from, bytes);
    queue.copy(to, bounce.address(), bytes);
  }

  @Override
  public void clear(CellRun run) {
    queue.clear(address(run), run.cells() * model.cellBytes());
  }

  @Override
  public CompletableFuture<Void> upload(MemorySegment weights, CellRun rest) {
    return uploader.upload(weights, address(rest));
  }

  @Override
  public void placeRows(
      AdapterLayout layout, CellRun rest, CellRun window, WindowShape shape, RowRange range) {
    rows.place(layout, address(rest), address(window), shape, range);
  }

  @Override
  public void placeRows(
      AdapterLayout layout,
      MemorySegment weights,
      CellRun window,
      WindowShape shape,
      RowRange range) {
    rows.place(layout, weights.address(), address(window), shape, range);
    // The caller may let go of the host memory.
    queue.synchronize();
  }

  @Override
  public void saveRows(
      AdapterLayout layout, CellRun window, WindowShape shape, RowRange range, CellRun rest) {
    rows.save(layout, address(window), address(rest), shape, range);
  }

  private long address(CellRun run) {
    return cells.address() + run.start() * model.cellBytes();
  }
}
