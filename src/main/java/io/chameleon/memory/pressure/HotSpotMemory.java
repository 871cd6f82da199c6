package io.chameleon.memory.pressure;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/**
 * The memory of this virtual machine, as its management beans tell it.
 *
 * @see <a
 *     href="https://docs.oracle.com/en/java/javase/25/docs/api/java.management/java/lang/management/MemoryPoolMXBean.html">MemoryPoolMXBean,
 *     collection usage</a>
 */
public final class HotSpotMemory implements JvmMemory {

  private final List<MemoryPoolMXBean> heapPools;

  private final List<BufferPoolMXBean> buffers;

  private final long heapLimitBytes;

  private final long directBufferLimitBytes;

  /** The memory of this virtual machine. */
  public HotSpotMemory() {
    this.heapPools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    this.buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    this.heapLimitBytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax();
    this.directBufferLimitBytes = directBufferLimit();
  }

  @Override
  public long heapAfterCollectionBytes() {
    return heapPools.stream().mapToLong(HotSpotMemory::afterCollection).sum();
  }

  @Override
  public long heapLimitBytes() {
    return heapLimitBytes;
  }

  @Override
  public long directBufferBytes() {
    return bufferBytes("direct");
  }

  @Override
  public long directBufferLimitBytes() {
    return directBufferLimitBytes;
  }

  @Override
  public long mappedBufferBytes() {
    return bufferBytes("mapped");
  }

  private long bufferBytes(String pool) {
    return buffers.stream()
        .filter(buffer -> buffer.getName().equals(pool))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** A pool that was never collected counts as it is. */
  private static long afterCollection(MemoryPoolMXBean pool) {
    MemoryUsage left = pool.getCollectionUsage();
    boolean wasCollected = left != null && left.getCommitted() > 0;
    return wasCollected ? left.getUsed() : pool.getUsage().getUsed();
  }

  /** The option's default of 0 stands for as much as the heap. */
  private static long directBufferLimit() {
    HotSpotDiagnosticMXBean options =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long limit = Long.parseLong(options.getVMOption("MaxDirectMemorySize").getValue());
    return limit > 0 ? limit : Runtime.getRuntime().maxMemory();
  }
}
