package io.chameleon.adapter.host;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;

/** Host memory outside the heap, given back at once when it is freed; counted. */
public final class NativeHostMemory implements HostBlock.Allocator {

  private static final long ALIGNMENT = 64;

  private final AtomicLong allocated = new AtomicLong();

  @Override
  @SuppressWarnings("MustBeClosedChecker") // closed by the block
  public HostBlock allocate(long bytes) {
    Arena arena = Arena.ofShared();
    try {
      HostBlock block =
          new HostBlock(
              arena.allocate(bytes, ALIGNMENT),
              () -> {
                arena.close();
                allocated.addAndGet(-bytes);
              });
      allocated.addAndGet(bytes);
      return block;
    } catch (RuntimeException | OutOfMemoryError e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public long allocatedBytes() {
    return allocated.get();
  }
}
