package io.chameleon.adapter.host;

import java.lang.foreign.MemorySegment;

/**
 * A piece of host memory that the device can copy from.
 *
 * @param memory its bytes, aligned to 64
 * @param free gives it back; called once
 */
public record HostBlock(MemorySegment memory, Runnable free) {

  /** Gives out host memory; where there is a GPU, pinned. Safe for use by many threads. */
  public interface Allocator {

    /** A block of so many bytes, of any content. */
    HostBlock allocate(long bytes);

    /** Bytes that are given out now. */
    long allocatedBytes();
  }
}
