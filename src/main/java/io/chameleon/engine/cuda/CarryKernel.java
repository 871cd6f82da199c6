package io.chameleon.engine.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.chameleon.engine.cuda.driver.CudaStream;
import io.chameleon.engine.cuda.driver.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * All ranges by one launch of the kernel of carry.cu, which reads the host's pinned memory itself
 * and so waits behind no upload.
 */
final class CarryKernel implements NumberCarrier {

  /** Of a launch. */
  private static final int MOST_RANGES = 64;

  private static final int THREADS = 256;
  private static final int VECTOR = 4;
  private static final int MOST_BLOCKS = 16;

  private final Kernel kernel;
  private final CudaStream stream;
  private final MemorySegment struct = Arena.ofAuto().allocate(JAVA_INT, 2 * MOST_RANGES);

  CarryKernel(CudaKernels kernels, CudaStream stream) {
    this.kernel =
        kernels.kernel(KernelText.CARRY, "carry", Long.BYTES, Long.BYTES, (int) struct.byteSize());
    this.stream = stream;
  }

  @Override
  public void carry(long to, long from, NumberRanges ranges) {
    for (int begin = 0; begin < ranges.size(); begin += MOST_RANGES) {
      int count = Math.min(MOST_RANGES, ranges.size() - begin);
      int longest = 0;
      for (int i = 0; i < count; i++) {
        struct.setAtIndex(JAVA_INT, i, ranges.first(begin + i));
        struct.setAtIndex(JAVA_INT, MOST_RANGES + i, ranges.count(begin + i));
        longest = Math.max(longest, ranges.count(begin + i));
      }
      int blocks = Math.clamp(Math.ceilDiv(longest, VECTOR * THREADS), 1, MOST_BLOCKS);
      kernel
          .begin()
          .with(to)
          .with(from)
          .with(struct)
          .launch(Kernel.Grid.of(blocks, count, THREADS), 0, stream);
    }
  }
}
