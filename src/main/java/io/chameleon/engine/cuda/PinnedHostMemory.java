package io.chameleon.engine.cuda;

import io.chameleon.adapter.host.HostBlock;
import io.chameleon.engine.cuda.driver.CudaContext;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/** Host memory that the device copies from at full rate, counted. */
final class PinnedHostMemory implements HostBlock.Allocator {

  private final CudaContext context;
  private final AtomicLong allocated = new AtomicLong();

  PinnedHostMemory(CudaContext context) {
    this.context = context;
  }

  @Override
  public HostBlock allocate(long bytes) {
    context.use();
    MemorySegment memory = context.allocatePinned(bytes);
    allocated.addAndGet(bytes);
    return new HostBlock(memory, () -> free(memory));
  }

  private void free(MemorySegment memory) {
    context.use();
    context.freePinned(memory);
    allocated.addAndGet(-memory.byteSize());
  }

  @Override
  public long allocatedBytes() {
    return allocated.get();
  }
}
