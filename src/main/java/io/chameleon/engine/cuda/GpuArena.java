package io.chameleon.engine.cuda;

import io.chameleon.adapter.pool.AdapterDevice;
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
  private final FollowedUploads uploads;

  /**
   * Takes the memory.
   *
   * @param count cells
   */
  GpuArena(DeviceModel model, TorchMemory memory, int count, DeviceQueue queue, Uploader uploader) {
    this.model = model;
    TorchMemory.Kind kind = CheckpointWeights.kind(model.numbers());
    this.cells = memory.zeros(kind, count, model.cellElements());
    this.bounce = memory.zeros(TorchMemory.Kind.INT8, 1, BOUNCE_BYTES);
    this.queue = queue;
    this.uploads = new FollowedUploads(uploader, model.config().layers());
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

  /**
   * A run that overlaps its new place goes in portions as long as the way: none of them overlaps
   * its own, and the order of the queue keeps one off the next. Short ways go through a buffer.
   */
  @Override
  public void move(CellRun from, CellRun to, int count) {
    long bytes = count * model.cellBytes();
    long source = address(from);
    long target = address(to);
    long way = Math.abs(source - target);
    boolean isDirect = way >= Math.min(bytes, BOUNCE_BYTES);
    long portion = isDirect ? way : BOUNCE_BYTES;
    if (target < source) {
      for (long at = 0; at < bytes; at += portion) {
        copy(source + at, target + at, Math.min(portion, bytes - at), isDirect);
      }
    } else if (target > source) {
      for (long end = bytes; end > 0; end -= portion) {
        long at = Math.max(0, end - portion);
        copy(source + at, target + at, end - at, isDirect);
      }
    }
  }

  private void copy(long from, long to, long bytes, boolean isDirect) {
    if (isDirect) {
      queue.copy(to, from, bytes);
    } else {
      bounce(from, to, bytes);
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
    return uploads.start(weights, rest.start(), address(rest));
  }

  @Override
  public boolean followsUploads() {
    return true;
  }

  /** Uploads that go on. */
  FollowedUploads uploads() {
    return uploads;
  }

  private long address(CellRun run) {
    return cells.address() + run.start() * model.cellBytes();
  }
}
