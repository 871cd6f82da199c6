package io.chameleon.adapter.host;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An adapter in host memory, checked, and packed as it lies on the device. Its memory is given back
 * when its last holder lets go, not when a collector finds it: gigabytes pass through here, and the
 * heap knows nothing of them. Who makes it is its first holder. Safe for use by many threads.
 */
public final class PackedAdapter {

  private final AdapterLayout layout;
  private final HostBlock block;
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * @param layout where its numbers lie
   * @param block its numbers
   */
  public PackedAdapter(AdapterLayout layout, HostBlock block) {
    this.layout = layout;
    this.block = block;
  }

  /** Where its numbers lie; may be used after the memory is gone. */
  public AdapterLayout layout() {
    return layout;
  }

  /** Its numbers; for holders alone. */
  public MemorySegment weights() {
    if (holders.get() == 0) {
      throw new IllegalStateException("adapter %s is freed".formatted(layout.contentHash()));
    }
    return block.memory();
  }

  /** Bytes of its numbers. */
  public long bytes() {
    return layout.bytes();
  }

  /** Becomes one more holder; false if the memory has been given back already. */
  public boolean tryRetain() {
    return holders.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Lets go; the last one gives the memory back. */
  public void release() {
    int left = holders.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException(
          "adapter %s was let go once too often".formatted(layout.contentHash()));
    }
    if (left == 0) {
      block.free().run();
    }
  }

  /** Who holds it now. */
  public int holders() {
    return holders.get();
  }
}
