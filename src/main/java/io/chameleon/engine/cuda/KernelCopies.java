package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;

/**
 * All blocks of an adapter copied by one launch. Its tables go through a ring, whose end is waited
 * for before it begins anew, so that none is overwritten while it is read.
 */
final class KernelCopies implements RowCopies.BlockCopies {

  private static final int ENTRY = 6;
  private static final int BLOCK = 256;
  private static final int BLOCKS_OF_ENTRY = 4;

  /** Entries of the ring: many adapters' blocks. */
  private static final int RING = 1 << 15;

  private final Kernel kernel;
  private final CudaStream stream;
  private final DeviceQueue queue;
  private final DeviceTensor tables;
  private final MemorySegment host;
  private long from;
  private long to;
  private int first;
  private int next;

  KernelCopies(
      Kernel kernel,
      CudaStream stream,
      DeviceQueue queue,
      TorchMemory memory,
      LongFunction<MemorySegment> hostMemory) {
    this.kernel = kernel;
    this.stream = stream;
    this.queue = queue;
    this.tables = memory.zeros(TorchMemory.Kind.INT32, RING, 2 * ENTRY);
    this.host = hostMemory.apply((long) RING * ENTRY * Long.BYTES);
  }

  static Kernel kernel(CudaKernels kernels) {
    return kernels.kernel(KernelText.ROWS, "copy_rows", Long.BYTES, Long.BYTES, Long.BYTES);
  }

  @Override
  public void begin(long source, long target) {
    from = source;
    to = target;
    first = next;
  }

  @Override
  public void add(RowCopies.Block block) {
    if (next == RING) {
      end();
      queue.synchronize();
      first = 0;
      next = 0;
    }
    long[] entry = {
      block.from(), block.to(), block.rows(), block.fromStride(), block.toStride(), block.elements()
    };
    for (int i = 0; i < ENTRY; i++) {
      host.setAtIndex(JAVA_LONG, (long) next * ENTRY + i, entry[i]);
    }
    next++;
  }

  @Override
  public void end() {
    int entries = next - first;
    if (entries == 0) {
      return;
    }
    long offset = (long) first * ENTRY * Long.BYTES;
    long bytes = (long) entries * ENTRY * Long.BYTES;
    queue.copy(tables.address() + offset, host.address() + offset, bytes);
    kernel
        .begin()
        .with(from)
        .with(to)
        .with(tables.address() + offset)
        .launch(Kernel.Grid.of(BLOCKS_OF_ENTRY, entries, BLOCK), 0, stream);
    first = next;
  }
}
